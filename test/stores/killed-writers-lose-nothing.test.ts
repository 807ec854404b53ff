import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { LONG } from './arbitrary-rows.ts';
import { killWriters } from './killed-writers.ts';

const KILLS = LONG ? 1000 : 100;
const READY_MAX_MS = 2000;
const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-kill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test(
  `a writer killed at any moment loses nothing that it acknowledged, and leaves nothing corrupt: ${KILLS} times`,
  async () => {
    const { calls, places, lost, damaged, slowestOpenMs } = await killWriters(folder, KILLS);
    expect(lost).toEqual([]);
    expect(damaged).toEqual([]);
    expect(slowestOpenMs).toBeLessThan(READY_MAX_MS);
    expect(calls).toBeGreaterThan(KILLS);
    console.log(`${KILLS} kills, ${calls} acknowledged calls, ${places} places, none lost`);
  },
  20 * 60_000,
);
