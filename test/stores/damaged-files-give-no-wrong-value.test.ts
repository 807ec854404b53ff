import { spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
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
/** Where both meta pages start, and how much of each LMDB uses. */
const META_STARTS = [0, 4096];
const META_BITS = 168 * 8;
/** No divisor of a byte or a word, so that each place and each kind of bit has its turn. */
const META_STEP = LONG ? 1 : 7;
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

/** In place: the folder need not be copied for each flip. */
function writeByte(file: string, at: number, value: number): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.from([value]), 0, 1, at);
  closeSync(descriptor);
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

  test('with a flipped bit in a page that leads to all others is refused, or gives what stands', {
    timeout: 300_000,
  }, async () => {
    copyWhole();
    const file = path.join(damaged, 'data.mdb');
    const bytes = readFileSync(file);
    let [refused, wentBack] = [0, 0];
    for (let flip = 0; flip < META_STARTS.length * META_BITS; flip += META_STEP) {
      const bit = flip % META_BITS;
      const at = (META_STARTS[Math.floor(flip / META_BITS)] as number) + (bit >> 3);
      writeByte(file, at, (bytes[at] as number) ^ (1 << (bit & 7)));
      const environment = await openLmdbEnvironment({ folder: damaged }).catch((error: Error) => error);
      if (environment instanceof Error) {
        refused += 1;
        expect(environment.message).toMatch(/cannot be opened.*restore the folder from a copy/s);
      } else {
        const seen = await compareWith(
          expected,
          createLmdbOnlineStore(environment, { clock: systemClock }),
        ).finally(() => environment.close());
        expect(seen, `bit ${bit & 7} of byte ${at}`).toMatchObject({ missing: 0, failed: 0 });
        if (seen.wrong > 0) wentBack += 1;
      }
      writeByte(file, at, bytes[at] as number);
    }
    console.log(`refused ${refused} times, went back to an older transaction ${wentBack} times`);
    expect(refused).toBeGreaterThan(10);
    // LMDB has no checksum: one bit can turn the place of a table into the place where it stood before.
    expect(wentBack).toBeLessThanOrEqual(1);
  });

  test('that was emptied or lost is refused: nobody becomes a new user by it', async () => {
    copyWhole();
    truncateSync(path.join(damaged, 'data.mdb'), 0);
    await expect(openLmdbEnvironment({ folder: damaged })).rejects.toThrow(/gone or empty/);
    unlinkSync(path.join(damaged, 'data.mdb'));
    await expect(openLmdbEnvironment({ folder: damaged })).rejects.toThrow(/gone or empty/);
  });
});
