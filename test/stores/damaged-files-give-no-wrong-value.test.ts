import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { openLmdbEnvironment } from '../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbOnlineStore } from '../../src/stores/lmdb/lmdb-online-store.ts';
import { isStoreFailure } from '../../src/stores/online-store.ts';
import { LONG } from './arbitrary-rows.ts';
import { compareWith, type Seen } from './damage-child.ts';
import { KILL_KEYS, killWrite } from './kill-rows.ts';

const FLIPS = LONG ? 50_000 : 3000;
const TRUNCATIONS = LONG ? 400 : 24;
const home = mkdtempSync(path.join(tmpdir(), 'featuregraph-damage-'));
const whole = path.join(home, 'whole');
const damaged = path.join(home, 'damaged');
const expectedFile = path.join(home, 'expected.json');
let expected: (string | null)[][];
let fileBytes = 0;

beforeAll(async () => {
  const environment = await openLmdbEnvironment({ folder: whole });
  const store = createLmdbOnlineStore(environment, { clock: systemClock });
  for (let first = 0; first < 2400; first += 400) {
    await store.writeMany(Array.from({ length: 400 }, (_, i) => killWrite(0, first + i)));
  }
  const slots = await store.readMany(KILL_KEYS);
  expected = slots.map((slot) => {
    if (isStoreFailure(slot)) throw new Error(slot.detail);
    return slot.map((row) => (row === undefined ? null : Buffer.from(row).toString('base64')));
  });
  writeFileSync(expectedFile, JSON.stringify(expected));
  await environment.close();
  fileBytes = statSync(path.join(whole, 'data.mdb')).size;
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function copyWhole(): void {
  rmSync(damaged, { recursive: true, force: true });
  cpSync(whole, damaged, { recursive: true });
}

describe('a damaged data file', () => {
  test(`with one flipped bit gives no wrong value: ${FLIPS} flips`, { timeout: 20 * 60_000 }, () => {
    const total: Seen = { right: 0, failed: 0, missing: 0, wrong: 0 };
    let flip = 0;
    let ended = 0;
    while (flip < FLIPS) {
      copyWhole();
      const script = path.join(import.meta.dirname, 'damage-child.ts');
      const args = [script, damaged, expectedFile, String(flip), String(FLIPS - flip)];
      const child = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
      const lines = child.stdout.trim().split('\n');
      for (const line of lines) {
        if (!line.startsWith('seen ')) continue;
        const seen = JSON.parse(line.slice(5)) as Seen;
        for (const what of Object.keys(total) as (keyof Seen)[]) total[what] += seen[what];
        expect(seen.wrong, `flip ${flip}`).toBe(0);
        flip += 1;
      }
      if (child.status === 0) break;
      // LMDB trusts its pages: a damaged pointer can end the process. That is no wrong value, and is counted.
      expect(child.signal, child.stderr).toMatch(/SIGSEGV|SIGBUS|SIGABRT/);
      ended += 1;
      flip += 1;
    }
    const slots = total.right + total.failed + total.missing;
    console.log(`${FLIPS} flips: ${JSON.stringify(total)}; the process ended ${ended} times`);
    // Damage in LMDB's own pages can hide a key; it must stay as rare as such pages are.
    expect(total.missing / slots).toBeLessThan(0.01);
    expect(total.failed).toBeGreaterThan(0);
    expect(ended).toBeLessThan(FLIPS / 100);
  });

  test(`that was cut short is refused, or gives what is still there: ${TRUNCATIONS} cuts`, {
    timeout: 300_000,
  }, async () => {
    let refused = 0;
    for (let i = 0; i < TRUNCATIONS; i += 1) {
      copyWhole();
      truncateSync(
        path.join(damaged, 'data.mdb'),
        Math.floor((fileBytes * i) / TRUNCATIONS) + ((i * 997) % 4096),
      );
      // Opened again, what was refused must not be taken for whole.
      for (let again = 0; again < 2; again += 1) {
        const environment = await openLmdbEnvironment({ folder: damaged }).catch((error: Error) => error);
        if (environment instanceof Error) {
          refused += 1;
          expect(environment.message).toMatch(
            /cannot be opened.*(data\.mdb|data file|MDB_).*restore the folder from a copy/s,
          );
          continue;
        }
        const seen = await compareWith(expected, createLmdbOnlineStore(environment, { clock: systemClock }));
        await environment.close();
        expect(seen).toMatchObject({ wrong: 0, missing: 0 });
      }
    }
    console.log(`${TRUNCATIONS} cuts: refused ${refused} of ${TRUNCATIONS * 2} openings`);
    expect(refused).toBeGreaterThan(0);
  });

  test('does not go back to an older state when the number of a transaction is damaged', async () => {
    const TRANSACTION_STARTS = [152, 4096 + 152];
    const BITS = 64;
    let accepted = 0;
    for (const start of TRANSACTION_STARTS) {
      for (let bit = 0; bit < BITS; bit += 1) {
        copyWhole();
        const file = path.join(damaged, 'data.mdb');
        const bytes = readFileSync(file);
        bytes[start + (bit >> 3)] = (bytes[start + (bit >> 3)] as number) ^ (1 << (bit & 7));
        writeFileSync(file, bytes);
        const environment = await openLmdbEnvironment({ folder: damaged }).catch((error: Error) => error);
        if (environment instanceof Error) continue;
        accepted += 1;
        await environment.close();
      }
    }
    // One bit can make of a number the one on the other side of its neighbour: that cannot be told.
    expect(accepted).toBeLessThanOrEqual(2);
  });

  test('that was emptied or lost is refused: nobody becomes a new user by it', async () => {
    copyWhole();
    truncateSync(path.join(damaged, 'data.mdb'), 0);
    await expect(openLmdbEnvironment({ folder: damaged })).rejects.toThrow(/gone or empty/);
    unlinkSync(path.join(damaged, 'data.mdb'));
    await expect(openLmdbEnvironment({ folder: damaged })).rejects.toThrow(/gone or empty/);
  });
});
