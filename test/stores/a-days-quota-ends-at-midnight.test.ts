import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exchangeInBucket, fullBucket } from '../../src/stores/budget-bucket.ts';

const LIMITS = { burst: 1_000_000, perSecond: 1_000_000, overdraft: 0, dailyQuota: 100, inFlight: null };
const NOTHING = { tenant: 't', giveBack: 0, keeps: 0, spare: 0, slots: 0, slotsUsed: 0, limits: LIMITS };
const MIDNIGHT_MS = Date.UTC(2026, 0, 1);

function bucketAt(nowMs: number) {
  const bucket = fullBucket(LIMITS, nowMs);
  const numbers = new Map<string, number>();
  return (holder: string, atMs: number, asked: { need?: number; giveBack?: number; keeps?: number }) => {
    const number = (numbers.get(holder) ?? 0) + 1;
    numbers.set(holder, number);
    const need = asked.need ?? 0;
    return exchangeInBucket(bucket, { ...NOTHING, need, wanted: need, ...asked, holder, number }, atMs);
  };
}

test('to the millisecond, and not for who still has units of the day before', () => {
  const ask = bucketAt(MIDNIGHT_MS - 1000);
  expect(ask('a', MIDNIGHT_MS - 1000, { need: 100 })).toMatchObject({ granted: 100, dayEndsInMs: 1000 });
  expect(ask('b', MIDNIGHT_MS - 1, { need: 1 })).toMatchObject({ refused: 'QUOTA', dayEndsInMs: 1 });
  // What comes back of yesterday makes no room today.
  expect(ask('a', MIDNIGHT_MS, { giveBack: 40 })).toMatchObject({ usedToday: 0, dayEndsInMs: 86_400_000 });
  expect(ask('b', MIDNIGHT_MS, { need: 100 })).toMatchObject({ granted: 100 });
  expect(ask('a', MIDNIGHT_MS + 1, { need: 1 })).toMatchObject({ refused: 'QUOTA' });
});

test('a clock set back over midnight does not bring the day’s units again', () => {
  const ask = bucketAt(MIDNIGHT_MS);
  expect(ask('a', MIDNIGHT_MS, { need: 100 })).toMatchObject({ granted: 100 });
  expect(ask('a', MIDNIGHT_MS - 5000, { need: 1 })).toMatchObject({ refused: 'QUOTA' });
});

test('whenever whoever asks: no day gives more than its quota', () => {
  const step = fc.record({ waitMs: fc.nat({ max: 20_000_000 }), need: fc.integer({ min: 1, max: 60 }) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      const ask = bucketAt(MIDNIGHT_MS);
      const given = new Map<number, number>();
      let atMs = MIDNIGHT_MS;
      steps.forEach(({ waitMs, need }, i) => {
        atMs += waitMs;
        const { granted } = ask(`h${i % 3}`, atMs, { need });
        const day = Math.floor(atMs / 86_400_000);
        given.set(day, (given.get(day) ?? 0) + granted);
      });
      for (const units of given.values()) expect(units).toBeLessThanOrEqual(100);
    }),
  );
});
