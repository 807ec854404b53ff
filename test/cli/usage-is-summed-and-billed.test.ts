import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { UsageLog } from '../../src/tenancy/usage/usage-log.ts';
import { record, settled } from '../tenancy/settled.ts';
import { createFolder, type Finished, runCommand } from './run-command.ts';

/** Three days of two tenants, written by two processes. */
const folder = createFolder();
const usage = path.join(folder.path, 'usage');
const prices = path.join(folder.path, 'prices.yaml');

beforeAll(async () => {
  for (const [i, day] of ['2026-10-31', '2026-11-01', '2026-11-02'].entries()) {
    const atMs = Date.parse(`${day}T23:59:59.999Z`);
    const log = new UsageLog({
      ...{
        folder: usage,
        fileBytes: 1_000_000,
        processId: `p${i}`,
        wallClock: { ...systemClock, nowMs: () => atMs },
      },
      customizationOf: () => null,
      onLost: (_events, error) => {
        throw error;
      },
      onClosed: () => {},
    });
    for (const tenant of ['acme', 'big'])
      for (let n = 0; n < 1000; n += 1)
        await record(
          log,
          settled(`${day}-${tenant}-${n}`, { tenant, actualCost: tenant === 'big' ? 20 : 1 }),
        );
    await record(
      log,
      settled('broken', {
        operation: null,
        outcome: 'failed',
        reason: 'BAD_REQUEST',
        actualCost: 0,
        usage: null,
      }),
    );
    log.close();
  }
  writeFileSync(
    prices,
    'currency: EUR\nplans: { p: { freeUnits: 500, tiers: [{ per1000: 2.5 }] } }\ndefault: p\n',
  );
}, 60_000);
afterAll(() => folder.remove());

const run = (...args: string[]): Promise<Finished> => runCommand([...args, '--usage-folder', usage]);

describe('featuregraph usage', () => {
  it('sums by day and tenant as a table', async () => {
    const { stdout, status } = await run('usage', '--by', 'day', 'tenant');
    expect(status).toBe(0);
    expect(stdout).toMatch(/2026-10-31\s*│ acme\s*│ 1,001\s*│ 1\s*│ 1,000 /);
    expect(stdout).toMatch(/2026-11-02\s*│ big\s*│ 1,000\s*│ 0\s*│ 20,000 /);
  });

  it('as CSV of the days asked for, whose ends belong to one day each', async () => {
    const { stdout } = await run(
      'usage',
      '--by',
      'tenant',
      '--from',
      '2026-11-01',
      '--to',
      '2026-11-02',
      '--csv',
    );
    expect(stdout.trimEnd().split('\r\n')).toEqual([
      'tenant,requests,failed,cost,blocks,remoteFetches,transforms,bytes',
      'acme,1001,1,1000,1000,0,0,100100',
      'big,1000,0,20000,1000,0,0,100000',
    ]);
  });

  it('as JSON, by operation, of one tenant', async () => {
    const { stdout } = await run('usage', '--by', 'operation', '--tenant', 'acme', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      usage: [
        { operation: 'Models', requests: 3000, cost: 3000 },
        { operation: '–', requests: 3, failed: 3, cost: 0 },
      ],
    });
  });

  it('says where it looked when nothing is kept there', async () => {
    const { stderr, status } = await runCommand(['usage', '--data-folder', path.join(folder.path, 'none')]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/There is no usage in .*none\/usage\. Answers are metered where .* usage\.folder/);
  });
});

describe('featuregraph bill', () => {
  it('is one for each tenant and month', async () => {
    const { stdout } = await run('bill', '--prices', prices, '--json');
    const { bills } = JSON.parse(stdout);
    expect(
      bills.map((one: { tenant: string; month: string; total: string }) => [
        one.tenant,
        one.month,
        one.total,
      ]),
    ).toEqual([
      ['acme', '2026-10', '1.25'],
      ['acme', '2026-11', '3.75'],
      ['big', '2026-10', '48.75'],
      ['big', '2026-11', '98.75'],
    ]);
  });

  it('is a table that says how it is rounded, and CSV whose lines can be summed', async () => {
    const table = await run('bill', '--prices', prices, '--month', '2026-11', '--tenant', 'acme');
    expect(table.stdout).toMatch(/total\s*│ 2,000\s*│\s*│ 3\.75/);
    expect(table.stderr).toContain(
      'Each line is rounded half up to 2 decimals of EUR; a total is the sum of its lines.',
    );
    const csv = await run('bill', '--prices', prices, '--month', '2026-11', '--tenant', 'acme', '--csv');
    expect(csv.stdout.trimEnd().split('\r\n')).toEqual([
      'tenant,month,plan,item,units,per1000,amount,currency',
      'acme,2026-11,p,free units,500,,0.00,EUR',
      'acme,2026-11,p,units from 1,1500,2.5,3.75,EUR',
    ]);
  });

  it('says what is wrong with its price list', async () => {
    const wrong = path.join(folder.path, 'wrong.yaml');
    writeFileSync(wrong, 'currency: EUR\nplans: { p: { tiers: [] } }\n');
    const { stderr, status } = await run('bill', '--prices', wrong);
    expect(status).toBe(2);
    expect(stderr).toMatch(/wrong\.yaml has problems:\n {2}plans\.p\.tiers: /);
  });
});
