import { ERROR_CATALOGUE, type ErrorCode, FeaturegraphError } from '../core/errors.ts';
import type { PushResult, RowOutcome } from './push-tally.ts';
import { STORE_TOOK_NONE, storeProblem } from './row-writer.ts';

/**
 * What a call that pushes or deletes is answered. 200: the call was understood, and `results` tells what became of
 * each row, bad ones included. 400: nothing was written. 503: the store took none of them; send it again.
 */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Plain JSON. */
  readonly body: PushAnswer | ErrorAnswer;
}

export interface ErrorAnswer {
  /** One entry, in the form of a GraphQL error: clients need one reader for all that we refuse. */
  readonly errors: readonly [
    {
      readonly message: string;
      readonly extensions: { readonly code: ErrorCode; readonly retryable: boolean };
    },
  ];
}

export interface PushAnswer extends Partial<ErrorAnswer> {
  readonly accepted: number;
  readonly kept: number;
  readonly rejected: number;
  readonly nulled: number;
  /** One per row, in their order. */
  readonly results: readonly RowAnswer[];
}

export interface RowAnswer {
  /** 0 for the first row; of NDJSON, for the first line. */
  readonly index: number;
  readonly key: string | null;
  readonly outcome: RowOutcome['outcome'];
  readonly problems?: RowOutcome['problems'];
}

/** Seconds that a caller should wait while the store is down: its circuit is tried about as often. */
const RETRY_AFTER_S = '1';
const STORE_IS_DOWN = { status: 503, headers: { 'retry-after': RETRY_AFTER_S } } as const;

/** @throws whatever is no deliberate error: the front logs it and says INTERNAL_SERVER_ERROR. */
export function answerError(error: unknown): HttpAnswer {
  if (!(error instanceof FeaturegraphError)) throw error;
  const body = { errors: errorsOf(error.code, error.message) };
  if (error.code === 'STORE_UNAVAILABLE') return { ...STORE_IS_DOWN, body };
  return { status: error.httpStatus, headers: {}, body };
}

export function answerPush(
  result: PushResult,
  outcomes: readonly RowOutcome[],
  rowNumbers: readonly number[],
  allOrNothing: boolean,
): HttpAnswer {
  const { accepted, kept, rejected, failed, nulled } = result;
  const body = { accepted, kept, rejected, nulled, results: rowAnswers(outcomes, rowNumbers) };
  if (allOrNothing && rejected > failed) {
    const message = `${rejected} of ${result.rows} rows do not fit, and all or nothing was asked for. Nothing was written.`;
    return { status: 400, headers: {}, body: { ...body, errors: errorsOf('ROW_INVALID', message) } };
  }
  if (accepted === 0 && failed > 0) {
    return { ...STORE_IS_DOWN, body: { ...body, errors: errorsOf('STORE_UNAVAILABLE', STORE_TOOK_NONE) } };
  }
  if (result.sourceTime === 'FAILED') {
    const message =
      'The rows are written, but how far their source is could not be noted. Send the call again.';
    return { ...STORE_IS_DOWN, body: { ...body, errors: errorsOf('STORE_UNAVAILABLE', message) } };
  }
  return { status: 200, headers: {}, body };
}

function errorsOf(code: ErrorCode, message: string): ErrorAnswer['errors'] {
  return [{ message, extensions: { code, retryable: ERROR_CATALOGUE[code].retryable } }];
}

/** Rows that were not tried any more, because the store was down, have failed like those before them. */
function rowAnswers(outcomes: readonly RowOutcome[], rowNumbers: readonly number[]): RowAnswer[] {
  const byRow = new Map(outcomes.map((outcome) => [outcome.rowNumber, outcome]));
  return rowNumbers.map((rowNumber) => {
    const told = byRow.get(rowNumber);
    const index = rowNumber - 1;
    if (told === undefined)
      return { index, key: null, outcome: 'FAILED', problems: [storeProblem('UNAVAILABLE')] };
    const { entityKey: key, outcome, problems } = told;
    return problems.length === 0 ? { index, key, outcome } : { index, key, outcome, problems };
  });
}
