/**
 * Why a store fails, for who runs it: callers are told a code, and what the store itself said stays inside. The first
 * failure of a store and a reason is told at once, then one in ten seconds, with how many there were.
 */
import type { Clock } from '../core/clock.ts';
import type { StoreFailure, StoreFailureReason } from './online-store.ts';

export interface FailureReport {
  readonly store: string;
  readonly reason: StoreFailureReason;
  /** What the store said to the last one. */
  readonly detail: string;
  /** Slots that failed so since the last report, this one among them. */
  readonly failures: number;
}

export type NoteFailure = (store: string, failure: StoreFailure) => void;

const REPORT_EVERY_MS = 10_000;

export function failureReports(clock: Clock, tell: (report: FailureReport) => void): NoteFailure {
  const kinds = new Map<string, { toldAtMs: number; untold: number }>();
  return (store, { failed, detail }) => {
    // Of the row's, not of the store's: who sent it is told.
    if (failed === 'TOO_LARGE') return;
    const name = `${store} ${failed}`;
    const kind = kinds.get(name) ?? { toldAtMs: Number.NEGATIVE_INFINITY, untold: 0 };
    kinds.set(name, kind);
    kind.untold += 1;
    const nowMs = clock.monotonicMs();
    if (nowMs - kind.toldAtMs < REPORT_EVERY_MS) return;
    tell({ store, reason: failed, detail, failures: kind.untold });
    kind.toldAtMs = nowMs;
    kind.untold = 0;
  };
}
