import { closeSync, openSync, readFileSync, truncateSync, unlinkSync, writeSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LONG } from './arbitrary-rows.ts';
import { DamagedStore, TELLS_TO_RESTORE } from './damaged-store.ts';

const FLIPS = LONG ? 50_000 : 3000;
const CUTS = LONG ? 400 : 24;
/** Where both meta pages start, and how much of each LMDB uses. */
const META_STARTS = [0, 4096];
const META_BITS = 168 * 8;
/** No divisor of a byte or a word, so that each place and each kind of bit has its turn. */
const META_STEP = LONG ? 1 : 7;
let store: DamagedStore;

beforeAll(async () => {
  store = await DamagedStore.make();
});
afterAll(() => store.remove());

/** In place: the folder need not be copied for each flip. */
function writeByte(file: string, at: number, value: number): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.from([value]), 0, 1, at);
  closeSync(descriptor);
}

describe('a damaged data file', () => {
  test(`with one flipped bit gives no wrong value: ${FLIPS} flips`, { timeout: 20 * 60_000 }, () => {
    const { right, failed, missing, ended, wrongFlips } = store.flipBits(FLIPS);
    console.log(`${FLIPS} flips: ${right} right, ${failed} failed, ${missing} missing; ${ended} ended`);
    expect(wrongFlips).toEqual([]);
    // Damage in LMDB's own pages can hide a key; it must stay as rare as such pages are.
    expect(missing / (right + failed + missing)).toBeLessThan(0.01);
    expect(failed).toBeGreaterThan(0);
    expect(ended).toBeLessThan(FLIPS / 100);
  });

  test(`that was cut short is refused, or gives what is still there: ${CUTS} cuts`, {
    timeout: 300_000,
  }, async () => {
    const { openings, refusals, wrong, missing } = await store.cutShort(CUTS);
    console.log(`${CUTS} cuts: refused ${refusals.length} of ${openings} openings`);
    expect({ wrong, missing }).toEqual({ wrong: 0, missing: 0 });
    expect(refusals.length).toBeGreaterThan(0);
    for (const refusal of refusals) {
      expect(refusal).toMatch(TELLS_TO_RESTORE);
      expect(refusal).toMatch(/data\.mdb|data file|MDB_/);
    }
  });

  test('with a flipped bit in a page that leads to all others is refused, or gives what stands', {
    timeout: 300_000,
  }, async () => {
    store.copyWhole();
    const bytes = readFileSync(store.dataFile);
    let [refused, wentBack] = [0, 0];
    for (let flip = 0; flip < META_STARTS.length * META_BITS; flip += META_STEP) {
      const bit = flip % META_BITS;
      const at = (META_STARTS[Math.floor(flip / META_BITS)] as number) + (bit >> 3);
      writeByte(store.dataFile, at, (bytes[at] as number) ^ (1 << (bit & 7)));
      const seen = await store.open();
      if (seen instanceof Error) {
        refused += 1;
        expect(seen.message).toMatch(TELLS_TO_RESTORE);
      } else {
        expect(seen, `bit ${bit & 7} of byte ${at}`).toMatchObject({ missing: 0, failed: 0 });
        if (seen.wrong > 0) wentBack += 1;
      }
      writeByte(store.dataFile, at, bytes[at] as number);
    }
    console.log(`refused ${refused} times, went back to an older transaction ${wentBack} times`);
    expect(refused).toBeGreaterThan(10);
    // LMDB has no checksum: one bit can turn the place of a table into the place where it stood before.
    expect(wentBack).toBeLessThanOrEqual(1);
  });

  test('that was emptied or lost is refused: nobody becomes a new user by it', async () => {
    store.copyWhole();
    truncateSync(store.dataFile, 0);
    expect(String(await store.open())).toMatch(/gone or empty/);
    unlinkSync(store.dataFile);
    expect(String(await store.open())).toMatch(/gone or empty/);
  });
});
