/**
 * Many calls for one key each become one request for a list of keys: what code that scores one row at a time needs.
 *
 * The calls of one tick are collected, equal keys are asked once, and each call gets the item at its key's place. A
 * server that takes no arrays of operations answers this as the list lookup that it is.
 */
import { type QueryError, queryError, type RefusalError } from './query-error.ts';
import type { QueryResult, StatusOption } from './query-result.ts';
import type { TypedDocument } from './typed-document.ts';

export interface BatchedOptions<Variables, Keys, Status extends StatusOption = 'NONE'> {
  /** The variable that takes the keys. */
  readonly keys: Keys;
  /** The document's other variables, the same for all calls. */
  readonly variables?: Omit<Variables, Keys & keyof Variables>;
  /** Most keys of one request: the lookup's `maxKeys`, 1000 by default. More keys become more requests. */
  readonly maxKeys?: number;
  readonly status?: Status;
  readonly maxAgeMs?: Readonly<Record<string, number>>;
  readonly deadlineMs?: number;
}

/** The names of the variables that take lists. */
export type ListVariable<Variables> = {
  [Name in keyof Variables]-?: [ListIn<Variables[Name]>] extends [never] ? never : Name;
}[keyof Variables] &
  string;

/** Codegen may type a list as "a list or one item of it", as GraphQL takes it: the list is what is meant here. */
type ListIn<Variable> = Extract<NonNullable<Variable>, readonly unknown[]>;

type ItemOf<List> = ListIn<List> extends readonly (infer Item)[] ? Item : never;

/**
 * The result of one key. `data` is the key's item; failures are those that cost this item something, with paths
 * from the item on and `count` as in the whole request. Equal keys of one tick get the same objects.
 */
export type BatchedLookup<Data, Variables, Keys extends keyof Variables, Status extends StatusOption> = (
  key: ItemOf<Variables[Keys]>,
  options?: { readonly signal?: AbortSignal },
) => Promise<QueryResult<ItemOf<Data[keyof Data]>, Status>>;

/** As the client's, with the types of documents rubbed off. */
type AnyQuery = (
  document: TypedDocument<unknown, never>,
  variables: unknown,
  options: Readonly<Record<string, unknown>>,
) => Promise<QueryResult<unknown, StatusOption>>;

type AnyOptions = BatchedOptions<never, string, StatusOption>;
type AnyResult = QueryResult<unknown, StatusOption>;

interface Call {
  readonly signal: AbortSignal | undefined;
  resolve(result: AnyResult): void;
  reject(error: unknown): void;
}

interface KeyCalls {
  readonly key: unknown;
  readonly calls: Set<Call>;
}

const MAX_KEYS_DEFAULT = 1000;

export function createBatchedLookup(
  query: AnyQuery,
  document: TypedDocument<unknown, never>,
  options: AnyOptions,
): (key: unknown, options?: { readonly signal?: AbortSignal }) => Promise<AnyResult> {
  const { maxKeys = MAX_KEYS_DEFAULT } = options;
  if (!Number.isInteger(maxKeys) || maxKeys < 1)
    throw new TypeError(`Expected maxKeys to be a whole number from 1 on, got ${maxKeys}.`);
  let waiting = new Map<string, KeyCalls>();
  const flush = (): void => {
    const all = [...waiting.values()];
    waiting = new Map();
    for (let at = 0; at < all.length; at += maxKeys)
      void sendBatch(query, document, options, all.slice(at, at + maxKeys));
  };
  return (key, { signal } = {}) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return resolve(abortedBy(signal));
      if (waiting.size === 0) afterThisTick(flush);
      const text = JSON.stringify(key);
      const entry = waiting.get(text) ?? { key, calls: new Set() };
      waiting.set(text, entry);
      entry.calls.add({ signal, resolve, reject });
    });
}

async function sendBatch(
  query: AnyQuery,
  document: TypedDocument<unknown, never>,
  { keys, variables, maxKeys: _, ...options }: AnyOptions,
  batch: readonly KeyCalls[],
): Promise<void> {
  const everyoneLeft = new AbortController();
  const stopWatching = watchSignals(batch, everyoneLeft);
  try {
    const result = await query(
      document,
      { ...(variables as object | undefined), [keys]: batch.map(({ key }) => key) },
      { ...options, signal: everyoneLeft.signal },
    );
    const items = itemsOf(result, batch.length);
    for (const [index, { calls }] of batch.entries()) {
      const own = 'items' in items ? resultOfItem(result as WholeAnswer, items.items, index) : items;
      for (const call of calls) call.resolve(own);
    }
  } catch (error) {
    for (const { calls } of batch) for (const call of calls) call.reject(error);
  } finally {
    stopWatching();
  }
}

/** A call that is aborted leaves at once; the request itself ends when the last one left. */
function watchSignals(batch: readonly KeyCalls[], everyoneLeft: AbortController): () => void {
  const watched: (readonly [signal: AbortSignal, listener: () => void])[] = [];
  let inside = batch.reduce((sum, { calls }) => sum + calls.size, 0);
  for (const { calls } of batch) {
    for (const call of calls) {
      const { signal } = call;
      if (signal === undefined) continue;
      const leave = (): void => {
        calls.delete(call);
        call.resolve(abortedBy(signal));
        inside -= 1;
        if (inside === 0) everyoneLeft.abort();
      };
      if (signal.aborted) leave();
      else {
        signal.addEventListener('abort', leave, { once: true });
        watched.push([signal, leave]);
      }
    }
  }
  return () => {
    for (const [signal, listener] of watched) signal.removeEventListener('abort', listener);
  };
}

type WholeAnswer = Extract<AnyResult, { readonly ok: true }>;

/** @returns one item per key, or why there are none. */
function itemsOf(result: AnyResult, total: number): { readonly items: readonly unknown[] } | AnyResult {
  if (!result.ok) return result;
  const lists = Object.values(result.data as object);
  if (lists.length !== 1)
    throw new TypeError(`Expected a document with one root field, a list; got ${lists.length} root fields.`);
  const [items] = lists;
  if (Array.isArray(items) && items.length === total) return { items };
  if (items === null && result.error !== null) {
    const { failures, message } = result.error;
    return refusal(queryError('failed', message, { ...factsOf(result.error), failures }));
  }
  const got = Array.isArray(items) ? `${items.length} items` : typeof items;
  const message = `Expected a list with one item for each of ${total} keys, got ${got}.`;
  return refusal(queryError('badResponse', message, { requestId: result.requestId, excerpt: '' }));
}

function resultOfItem(answer: WholeAnswer, items: readonly unknown[], index: number): AnyResult {
  const data = items[index];
  if (answer.error === null) return { ...answer, data };
  const failures = answer.error.failures
    .filter(({ indexes }) => indexes.includes(index))
    .map((failure) => ({ ...failure, path: failure.path.slice(2), indexes: [] }));
  const [first] = failures;
  const error =
    first === undefined
      ? null
      : queryError('partial', first.message, { ...factsOf(answer.error), code: first.code, failures });
  return { ...answer, data, error };
}

function factsOf({ code, httpStatus, requestId, attempts }: QueryError) {
  return { code, httpStatus, requestId, attempts };
}

function abortedBy(signal: AbortSignal): AnyResult {
  return refusal(queryError('aborted', 'The query was aborted by its caller.', { reason: signal.reason }));
}

function refusal(error: RefusalError): AnyResult {
  return { ok: false, data: null, error };
}

/** After what runs now and all that it has already promised: Node has a place for that, browsers a timer. */
function afterThisTick(run: () => void): void {
  const { setImmediate } = globalThis as { readonly setImmediate?: (run: () => void) => unknown };
  if (setImmediate === undefined) setTimeout(run, 0);
  else setImmediate(run);
}
