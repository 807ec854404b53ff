/** From what a tenant used in a month to what it owes. */
import { FeaturegraphError } from '../../core/errors.ts';
import { type Billionths, formatAmount, roundAmount } from './money.ts';
import type { PriceList, PricePlan } from './price-list.ts';

/** Amounts are texts with the currency's decimals. Each line is rounded, half up; the total is the sum of the lines. */
export interface Bill {
  readonly tenant: string;
  /** `2026-11`, of UTC. */
  readonly month: string;
  readonly plan: string;
  readonly currency: string;
  readonly units: number;
  readonly lines: readonly BillLine[];
  readonly total: string;
}

export interface BillLine {
  readonly item: string;
  /** `null` for what is paid whatever is used. */
  readonly units: number | null;
  readonly per1000: string | null;
  readonly amount: string;
}

export interface MonthlyUnits {
  readonly tenant: string;
  readonly month: string;
  readonly units: number;
}

/** @throws FeaturegraphError BAD_USER_INPUT where the price list has no plan for one. */
export function makeBills(used: readonly MonthlyUnits[], prices: PriceList): Bill[] {
  const without = new Set(
    used.filter(({ tenant }) => prices.planOf(tenant) === undefined).map((one) => one.tenant),
  );
  if (without.size > 0)
    throw new FeaturegraphError(
      'BAD_USER_INPUT',
      `The price list has no plan for ${[...without].slice(0, 20).join(', ')}. Name one in tenants, or a default for all others.`,
    );
  return used.map((month) => makeBill(month, prices.planOf(month.tenant) as PricePlan, prices));
}

interface Line {
  readonly item: string;
  readonly units: number | null;
  readonly per1000: Billionths | null;
  readonly amount: Billionths;
}

function makeBill({ tenant, month, units }: MonthlyUnits, plan: PricePlan, prices: PriceList): Bill {
  const { currency, decimals } = prices;
  const lines = linesOf(units, plan).map((line) => ({ ...line, amount: roundAmount(line.amount, decimals) }));
  const total = lines.reduce((sum, { amount }) => sum + amount, 0n);
  return {
    ...{ tenant, month, plan: plan.name, currency, units },
    lines: lines.map(({ item, units, per1000, amount }) => ({
      ...{ item, units },
      per1000: per1000 === null ? null : trimmed(formatAmount(per1000, PRICE_DECIMALS)),
      amount: formatAmount(amount, decimals),
    })),
    total: formatAmount(total, decimals),
  };
}

const PRICE_DECIMALS = 6;
const UNITS_PER_PRICE = 1000n;

function linesOf(units: number, { monthlyFee, freeUnits, tiers }: PricePlan): Line[] {
  const lines: Line[] = [];
  if (monthlyFee > 0n) lines.push({ item: 'monthly fee', units: null, per1000: null, amount: monthlyFee });
  const free = Math.min(units, freeUnits);
  if (free > 0) lines.push({ item: 'free units', units: free, per1000: null, amount: 0n });
  const paid = units - free;
  let from = 0;
  for (const { upTo = Number.POSITIVE_INFINITY, per1000 } of tiers) {
    const within = Math.min(paid, upTo) - from;
    if (within <= 0) break;
    const item = Number.isFinite(upTo) ? `units ${from + 1} to ${upTo}` : `units from ${from + 1}`;
    lines.push({ item, units: within, per1000, amount: (BigInt(within) * per1000) / UNITS_PER_PRICE });
    from = upTo;
  }
  return lines;
}

/** `0.100000` is `0.1`. */
function trimmed(amount: string): string {
  if (!amount.includes('.')) return amount;
  let end = amount.length;
  while (amount[end - 1] === '0') end -= 1;
  return amount.slice(0, amount[end - 1] === '.' ? end - 1 : end);
}
