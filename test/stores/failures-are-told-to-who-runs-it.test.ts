import { expect, test } from 'vitest';
import { type FailureReport, failureReports } from '../../src/stores/failure-reports.ts';

const DISK = { failed: 'UNAVAILABLE', detail: 'the disk is full' } as const;
const LATE = { failed: 'TIMEOUT', detail: 'no answer' } as const;

function reportsAt(): {
  note: ReturnType<typeof failureReports>;
  told: FailureReport[];
  pass(ms: number): void;
} {
  let nowMs = 0;
  const told: FailureReport[] = [];
  const clock = { nowMs: () => 0, monotonicMs: () => nowMs };
  return {
    note: failureReports(clock, (report) => told.push(report)),
    told,
    pass: (ms) => {
      nowMs += ms;
    },
  };
}

test('the first failure of a store is told at once, and one of ten seconds with how many there were', () => {
  const { note, told, pass } = reportsAt();
  for (let i = 0; i < 1000; i += 1) note('lmdb', DISK);
  expect(told).toEqual([{ store: 'lmdb', reason: 'UNAVAILABLE', detail: DISK.detail, failures: 1 }]);
  pass(9_999);
  note('lmdb', DISK);
  expect(told).toHaveLength(1);
  pass(1);
  note('lmdb', DISK);
  expect(told[1]).toEqual({ store: 'lmdb', reason: 'UNAVAILABLE', detail: DISK.detail, failures: 1001 });
});

test('each store and each reason is told by itself', () => {
  const { note, told } = reportsAt();
  for (const store of ['a', 'b']) for (const failure of [DISK, LATE, DISK]) note(store, failure);
  expect(told.map(({ store, reason }) => `${store} ${reason}`)).toEqual([
    'a UNAVAILABLE',
    'a TIMEOUT',
    'b UNAVAILABLE',
    'b TIMEOUT',
  ]);
});

test('a row that is too large is its sender’s matter', () => {
  const { note, told } = reportsAt();
  note('lmdb', { failed: 'TOO_LARGE', detail: 'the row has 70000 bytes' });
  expect(told).toEqual([]);
});
