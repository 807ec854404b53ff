import { describe, expect, it } from 'vitest';
import { describeAge, formatDuration, parseDurationMs } from '../../src/core/duration.ts';
import {
  FEATURE_STATUSES,
  isFailure,
  STATUS_LETTERS,
  statusOfLetter,
  worstStatus,
} from '../../src/core/status.ts';

describe('durations', () => {
  it.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
  ])('%s is read and written alike', (text, durationMs) => {
    expect(parseDurationMs(text)).toBe(durationMs);
    expect(parseDurationMs(formatDuration(durationMs))).toBe(durationMs);
  });
  it.each(['', '5', 'm', '0m', '-5m', '5 m', '1.5h', '5M', '5min', '1e3s', '99999999999s'])(
    '%j is not a duration',
    (text) => {
      expect(parseDurationMs(text)).toBeUndefined();
    },
  );
  it('ages are told in at most two units', () => {
    expect(describeAge(5_430_000)).toBe('1h 30m');
    expect(describeAge(999)).toBe('999ms');
    expect(describeAge(86_400_000 + 5_000)).toBe('1d');
    expect(describeAge(-60_000)).toBe('-1m');
  });
});

describe('statuses', () => {
  it('have a letter each, from best to worst PNFASTUKX', () => {
    expect(FEATURE_STATUSES.map((status) => STATUS_LETTERS[status]).join('')).toBe('PNFASTUKX');
    for (const status of FEATURE_STATUSES) expect(statusOfLetter(STATUS_LETTERS[status])).toBe(status);
    expect(statusOfLetter('-')).toBeUndefined();
  });
  it('the worst of two is the later in that order', () => {
    expect(worstStatus('PRESENT', 'NULL_VALUE')).toBe('NULL_VALUE');
    expect(worstStatus('STORE_UNAVAILABLE', 'SOURCE_STALE')).toBe('STORE_UNAVAILABLE');
    expect(FEATURE_STATUSES.filter(isFailure)).toEqual([
      'STORE_TIMEOUT',
      'STORE_UNAVAILABLE',
      'INVALID_KEY',
      'TRANSFORM_FAILED',
    ]);
  });
});
