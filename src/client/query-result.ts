/** What a query comes to: an answer, whole or partial, or the reason why there is none. Nothing is thrown. */
import type { FeatureStatus } from '../core/status.ts';
import type { PartialError, RefusalError } from './query-error.ts';
import type { WithStatus } from './value-statuses.ts';

/** Whether values come with their statuses. */
export type StatusOption = 'NONE' | 'VALUES';

export type QueryResult<Data, Status extends StatusOption = 'NONE'> = Answer<Data, Status> | Refusal;

export type Answer<Data, Status extends StatusOption = 'NONE'> = AnswerFacts<Data> &
  (Status extends 'VALUES' ? StatusReader : unknown);

interface AnswerFacts<Data> {
  readonly ok: true;
  readonly data: Data;
  /** Tells which values are null because they could not be read; `null` when none is. */
  readonly error: PartialError | null;
  /** The id under which the server's log has the request. */
  readonly requestId: string | null;
}

/** Reads the statuses that came with an answer. The objects are those of `data`, as they are. */
export interface StatusReader {
  /** The fields of one object, each as `{value, status}`. */
  withStatus<Entity extends object>(entity: Entity): WithStatus<Entity>;
  /** The status of one value, without making an object for it. */
  statusOf<Entity extends object>(entity: Entity, field: keyof Entity & string): FeatureStatus | null;
}

export interface Refusal {
  readonly ok: false;
  readonly data: null;
  readonly error: RefusalError;
}
