import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeBills } from '../../src/tenancy/usage/make-bill.ts';
import { formatAmount, parseAmount, roundAmount } from '../../src/tenancy/usage/money.ts';
import { parsePriceList } from '../../src/tenancy/usage/price-list.ts';

const PRICES = `
currency: EUR
plans:
  standard:
    monthlyFee: 10
    freeUnits: 1000
    tiers:
      - { upTo: 10000, per1000: 0.125 }
      - { upTo: 100000, per1000: "0.05" }
      - { per1000: 0.01 }
  flat: { tiers: [{ per1000: 1 }] }
default: flat
tenants:
  acme: { plan: standard }
  big: { plan: standard, freeUnits: 50000 }
`;
const prices = parsePriceList(PRICES, 'prices.yaml');
const billOf = (tenant: string, units: number) =>
  makeBills([{ tenant, month: '2026-11', units }], prices)[0]!;

describe('a bill', () => {
  it('has the fee, the free units and a line for each tier that was reached', () => {
    expect(billOf('acme', 151_500)).toEqual({
      ...{ tenant: 'acme', month: '2026-11', plan: 'standard', currency: 'EUR', units: 151_500 },
      lines: [
        { item: 'monthly fee', units: null, per1000: null, amount: '10.00' },
        { item: 'free units', units: 1000, per1000: null, amount: '0.00' },
        { item: 'units 1 to 10000', units: 10_000, per1000: '0.125', amount: '1.25' },
        { item: 'units 10001 to 100000', units: 90_000, per1000: '0.05', amount: '4.50' },
        { item: 'units from 100001', units: 50_500, per1000: '0.01', amount: '0.51' }, // 0.505
      ],
      total: '16.26',
    });
  });

  it('has no more than the fee within the free units, and a tenant may have its own', () => {
    expect(billOf('acme', 1000).total).toBe('10.00');
    expect(billOf('acme', 0).lines).toHaveLength(1);
    expect(billOf('big', 50_000).total).toBe('10.00');
  });

  it('of a tenant that is not named is by the default plan', () => {
    expect(billOf('constructor', 1234)).toMatchObject({ plan: 'flat', total: '1.23' });
  });

  it('is the sum of its lines, and each line within half a cent of what floating point would say', () => {
    fc.assert(
      fc.property(fc.nat(10 ** 9), (units) => {
        const { lines, total } = billOf('acme', units);
        const cents = lines.map(({ amount }) => Math.round(Number(amount) * 100));
        expect(cents.reduce((a, b) => a + b, 0)).toBe(Math.round(Number(total) * 100));
        expect(lines.reduce((sum, line) => sum + (line.units ?? 0), 0)).toBe(units);
        for (const { units: within, per1000, amount } of lines)
          if (within !== null && per1000 !== null)
            expect(Math.abs((within * Number(per1000)) / 1000 - Number(amount))).toBeLessThanOrEqual(
              0.005001,
            );
      }),
    );
  });

  it('rounds half a step up, and loses nothing before', () => {
    const half = parseAmount('0.005') as bigint;
    expect(formatAmount(roundAmount(half, 2), 2)).toBe('0.01');
    expect(formatAmount(roundAmount(half - 1n, 2), 2)).toBe('0.00');
    expect(formatAmount(roundAmount(half, 0), 0)).toBe('0');
  });
});

const problemOf = (text: string): string => {
  try {
    parsePriceList(text, 'prices.yaml');
  } catch (error) {
    return (error as Error).message;
  }
  return 'none';
};
const withTiers = (tiers: string) => `currency: EUR\nplans: { p: { tiers: ${tiers} } }`;

describe('a price list says what is wrong with it', () => {
  it.each([
    ['a text that is no YAML', 'currency: [', /prices\.yaml has problems:\n {2}is no YAML: .*line 1/s],
    ['nothing', '', /the list: .*expected object/],
    ['no currency', 'plans: {}', /currency: /],
    ['a misspelt key', 'currency: EUR\nplans: {}\nplan: {}', /Unrecognized key: "plan"/],
    ['a currency in words', 'currency: Euro\nplans: {}', /currency: expected three capital letters/],
    [
      'a negative price',
      withTiers('[{ per1000: -1 }]'),
      /plans\.p\.tiers\.0\.per1000: expected an amount of at least 0/,
    ],
    ['a price too fine', withTiers('[{ per1000: 0.0000001 }]'), /at most six decimals/],
    [
      'tiers that go down',
      withTiers('[{ upTo: 5, per1000: 1 }, { upTo: 5, per1000: 1 }, { per1000: 1 }]'),
      /tiers\.1\.upTo: expected more than 5/,
    ],
    ['an end of the last tier', withTiers('[{ upTo: 5, per1000: 1 }]'), /the last tier has no end/],
    ['no end of another', withTiers('[{ per1000: 1 }, { per1000: 2 }]'), /tiers\.0\.upTo: expected upTo/],
    [
      'a default that is no plan',
      `${withTiers('[{ per1000: 1 }]')}\ndefault: q`,
      /default: there is no plan q; expected one of p/,
    ],
    [
      'a tenant whose plan is none',
      `${withTiers('[{ per1000: 1 }]')}\ntenants: { acme: { plan: q } }`,
      /tenants\.acme\.plan: there is no plan q/,
    ],
    ['aliases', 'currency: EUR\nplans: &p { a: { tiers: [{ per1000: 1 }] } }\ntenants: *p', /has aliases/],
  ])('%s', (_what, text, problem) => {
    expect(problemOf(text)).toMatch(problem);
  });

  it('names every tenant without a plan', () => {
    const only = parsePriceList(
      `${withTiers('[{ per1000: 1 }]')}\ntenants: { acme: { plan: p } }`,
      'prices.yaml',
    );
    const used = ['acme', 'b', 'c'].map((tenant) => ({ tenant, month: '2026-11', units: 1 }));
    expect(() => makeBills(used, only)).toThrow(/no plan for b, c\. Name one in tenants, or a default/);
  });
});
