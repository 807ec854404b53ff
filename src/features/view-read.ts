/** What a ViewRead field tells: how the read of a view went, as data, also where values are errors. */
import type { ReadStatus } from '../core/status.ts';
import type { ViewState } from './view-state.ts';

export interface ViewReadValue {
  readonly status: ReadStatus;
  readonly eventTime: string | null;
  readonly createdTime: string | null;
  /** A BigInt: text. */
  readonly ageMs: string | null;
}

export function viewReadOf(state: ViewState): ViewReadValue {
  return {
    status: state.status,
    eventTime: state.eventTimeMs === null ? null : new Date(state.eventTimeMs).toISOString(),
    createdTime: state.createdTimeMs === null ? null : new Date(state.createdTimeMs).toISOString(),
    ageMs: state.ageMs === null ? null : String(state.ageMs),
  };
}
