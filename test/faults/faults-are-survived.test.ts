import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { requireRedis, withService } from '../services/services.ts';
import { misplacedProtections } from './protections.ts';
import { loadRow, ROW_IDS } from './row-list.ts';
import { requirePrlimit } from './rows/disk-full.ts';

/** The rows that are quick and do not depend on how fast the machine is; all of them by `npm run test:faults`. */
const OVER_REDIS = ['R7', 'R9', 'K4', 'K5', 'P2'] as const;
const ROW_MAX_MS = 120_000;
const LAUNCHER = path.resolve(import.meta.dirname, '../../src/cli/launch.cjs');

/** As npm runs it: through the launcher, which has a channel to it. */
function runTable(...args: string[]): { readonly status: number | null; readonly lines: readonly string[] } {
  const child = spawnSync(process.execPath, [LAUNCHER, 'test:faults', ...args], { encoding: 'utf8' });
  return { status: child.status, lines: `${child.stderr}${child.stdout}`.trim().split('\n') };
}

function expectPassed(id: string): void {
  const { status, lines } = runTable('--row', id);
  expect([status, lines.at(-1)], lines.join('\n')).toEqual([0, '1 passed, 0 failed']);
  expect(lines.some((line) => line.startsWith(`ok     ${id} `))).toBe(true);
}

describe('the table of faults', () => {
  test('knows each row by its own name, and what it fails without', async () => {
    for (const id of ROW_IDS) {
      const row = await loadRow(id);
      expect(row.id).toBe(id);
      expect(row.protections.length, id).toBeGreaterThan(0);
    }
  });

  test('finds each protection where it switches it off', () => {
    expect(misplacedProtections()).toEqual([]);
  });

  test('D3 holds', { timeout: ROW_MAX_MS }, () => expectPassed('D3'));
});

await withService(
  async () => requirePrlimit(),
  () => test('the table of faults: D2 holds', { timeout: ROW_MAX_MS }, () => expectPassed('D2')),
);

await withService(requireRedis, () => {
  describe('the table of faults, over Redis', () => {
    test.for(OVER_REDIS)('%s holds', { timeout: ROW_MAX_MS }, (id) => expectPassed(id));

    test('fails where a protection is switched off', { timeout: ROW_MAX_MS }, () => {
      const { status, lines } = runTable('--row', 'K4', '--without', 'timeAhead');
      expect([status, lines.at(-1)], lines.join('\n')).toEqual([1, '0 passed, 1 failed']);
    });
  });
});
