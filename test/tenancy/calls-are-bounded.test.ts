import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallRate } from '../../src/tenancy/call-rate.ts';

function rateAt(perSecond: number) {
  const clock = { now: 0, nowMs: () => 0, monotonicMs: () => clock.now };
  return { clock, rate: new CallRate(perSecond, clock) };
}
const allowed = (rate: CallRate, tenant: string): boolean => {
  try {
    rate.take(tenant, 'calls');
    return true;
  } catch {
    return false;
  }
};

describe('calls of a tenant', () => {
  it('are never more than a second’s rest and the rate allow, however they come', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 200 }),
        (perSecond, waitsMs) => {
          const { clock, rate } = rateAt(perSecond);
          let taken = 0;
          for (const waitMs of waitsMs) {
            clock.now += waitMs;
            if (allowed(rate, 'a')) taken += 1;
            expect(taken).toBeLessThanOrEqual(perSecond + (clock.now / 1000) * perSecond + 1e-6);
          }
        },
      ),
    );
  });

  it('are refused without taking anything, with a time after which one is let', () => {
    const { clock, rate } = rateAt(2);
    expect([1, 2, 3, 4].map(() => allowed(rate, 'a'))).toEqual([true, true, false, false]);
    let seconds = 0;
    try {
      rate.take('a', 'calls');
    } catch (error) {
      expect(error).toMatchObject({ code: 'RATE_LIMITED', httpStatus: 429 });
      seconds = (error as { details: { retryAfterSeconds: number } }).details.retryAfterSeconds;
    }
    clock.now += seconds * 1000;
    expect(allowed(rate, 'a')).toBe(true);
  });

  it('cost no other tenant anything', () => {
    const { rate } = rateAt(1);
    expect(allowed(rate, 'a')).toBe(true);
    expect(allowed(rate, 'a')).toBe(false);
    expect(allowed(rate, 'b')).toBe(true);
  });
});
