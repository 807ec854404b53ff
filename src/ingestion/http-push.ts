import type { Clock } from '../core/clock.ts';
import { FeaturegraphError } from '../core/errors.ts';
import { describeReceived } from '../core/feature-value.ts';
import type { Registry } from '../registry/registry.ts';
import { deleteRows } from './delete.ts';
import { answerError, answerPush, type HttpAnswer } from './http-answer.ts';
import { bodyFormat, readBody } from './http-body.ts';
import { findWritableView, pushRows } from './push.ts';
import type { PushResult, RowOutcome } from './push-tally.ts';
import { describeRowProblem } from './row-problem.ts';
import { parseTimeText } from './row-time.ts';
import type { IngestionStores, WriteRowsOptions } from './write-rows.ts';

/**
 * `POST /push/<view>` and `POST /delete/<view>`, apart from any HTTP server: who asks, and whether he may write to
 * the namespace, is decided before.
 */
export interface HttpWriteCall extends IngestionStores {
  readonly registry: Registry;
  /** From the path, decoded. */
  readonly viewName: string;
  /** From the credential, never from the call. */
  readonly namespace: string;
  readonly clock: Clock;
  readonly query: URLSearchParams;
  readonly contentType: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  /** A longer one is refused, and nothing of it is written. */
  readonly bodyMaxBytes: number;
  readonly deadlineAtMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Parameters: `partial`, `allOrNothing` (`true` or `false`), `sourceTime` (ISO 8601). */
export function handlePush(call: HttpWriteCall): Promise<HttpAnswer> {
  return answer(call, ['partial', 'allOrNothing', 'sourceTime'], () => {
    const partial = flag(call.query, 'partial');
    const sourceTimeMs = sourceTimeOf(call);
    return (options) => pushRows({ ...options, partial, sourceTimeMs });
  });
}

/** Rows are keys, each with an event time if it likes. Parameter: `allOrNothing`. */
export function handleDelete(call: HttpWriteCall): Promise<HttpAnswer> {
  return answer(call, ['allOrNothing'], () => deleteRows);
}

type Write = (options: WriteRowsOptions) => Promise<PushResult>;

/** @param prepare reads the call's own parameters; it throws before the body is read. */
async function answer(
  call: HttpWriteCall,
  parameters: readonly string[],
  prepare: () => Write,
): Promise<HttpAnswer> {
  try {
    const view = findWritableView(call.registry, call.viewName);
    assertParameters(call.query, parameters);
    const allOrNothing = flag(call.query, 'allOrNothing');
    const write = prepare();
    const records = await readBody(call.contentType, call.body, call.bodyMaxBytes);
    assertRows(records, call);
    const outcomes: RowOutcome[] = [];
    const { store, layouts, sources, namespace, clock, deadlineAtMs, signal } = call;
    const result = await write({
      ...{ store, layouts, sources, view, namespace, clock, deadlineAtMs, signal, allOrNothing },
      records: () => records,
      reportsMax: 0,
      onRow: (outcome) => outcomes.push(outcome),
    });
    const rowNumbers = records.map(({ rowNumber }) => rowNumber);
    return answerPush(result, outcomes, rowNumbers, allOrNothing);
  } catch (error) {
    return answerError(error);
  }
}

/** A body that got lost looks like a day without rows: who means that says so. */
function assertRows(records: readonly unknown[], { contentType, query }: HttpWriteCall): void {
  if (records.length > 0 || query.has('sourceTime') || bodyFormat(contentType) === 'json') return;
  throw new FeaturegraphError(
    'BAD_REQUEST',
    'Expected one JSON object a line, got an empty body. Nothing was written. Where there is nothing to write, send [ ] as application/json, or the parameter sourceTime.',
  );
}

function assertParameters(query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys()) {
    if (!known.includes(name))
      throw new FeaturegraphError(
        'BAD_REQUEST',
        `Expected only the parameters ${known.join(', ')}, got ${describeReceived(name)}.`,
      );
    if (query.getAll(name).length > 1)
      throw new FeaturegraphError(
        'BAD_REQUEST',
        `Expected the parameter ${name} once, got it several times.`,
      );
  }
}

function flag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  if (text === null || text === 'false') return false;
  if (text === 'true') return true;
  throw new FeaturegraphError(
    'BAD_REQUEST',
    `Expected the parameter ${name} to be true or false, got ${describeReceived(text)}.`,
  );
}

function sourceTimeOf(call: HttpWriteCall): number | undefined {
  const text = call.query.get('sourceTime');
  if (text === null) return undefined;
  const timeMs = parseTimeText(text, 'sourceTime', call.clock.nowMs());
  if (typeof timeMs === 'number') return timeMs;
  throw new FeaturegraphError('BAD_REQUEST', `Parameter ${describeRowProblem(timeMs)}`);
}
