/** One query on its way: requests, retries and the fallback from a document's id to its text, within one deadline. */
import { monotonicMs } from './clock.ts';
import { queryError, type RefusalError } from './query-error.ts';
import { type HttpResponse, type ReadAnswer, readAnswer } from './read-answer.ts';
import { waitBeforeRetry } from './retry-after.ts';
import type { DocumentParts } from './typed-document.ts';

/** What is needed of `fetch`; its own type fits. */
export type Fetch = (url: string, init: FetchInit) => Promise<HttpResponse>;

interface FetchInit {
  readonly method: 'POST';
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly signal: AbortSignal;
  readonly redirect: 'manual';
}

export interface Transport {
  readonly url: string;
  readonly fetch: Fetch;
  readonly headers: () => Readonly<Record<string, string>>;
  /** Further requests after the first. */
  readonly retries: number;
  readonly random: () => number;
  /** Documents whose id the server does not know → until when, by the stopwatch, their text is sent at once. */
  readonly unknownDocuments: Map<string, number>;
}

export interface Query {
  readonly document: DocumentParts;
  readonly variables: unknown;
  readonly wantsStatuses: boolean;
  readonly maxAgeMs: Readonly<Record<string, number>> | undefined;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
}

/** After this time an id is tried again: by then the server may have been given the manifest. */
const UNKNOWN_DOCUMENT_MS = 60_000;
/** What the server is given less than the client has: its partial answer must arrive before the client gives up. */
const TRAVEL_SHARE = 0.1;
const TRAVEL_MAX_MS = 25;

export async function sendQuery(transport: Transport, query: Query): Promise<ReadAnswer | RefusalError> {
  const ending = new AbortController();
  const startedMs = monotonicMs();
  const end = (): void => ending.abort();
  const timer = setTimeout(end, query.deadlineMs);
  query.signal?.addEventListener('abort', end);
  if (query.signal?.aborted) end();
  try {
    return await new Sending(transport, query, ending.signal, startedMs).run();
  } finally {
    clearTimeout(timer);
    query.signal?.removeEventListener('abort', end);
  }
}

class Sending {
  readonly #transport: Transport;
  readonly #query: Query;
  /** Aborted by the caller or by the deadline. */
  readonly #ended: AbortSignal;
  readonly #startedMs: number;
  #attempts = 0;

  constructor(transport: Transport, query: Query, ended: AbortSignal, startedMs: number) {
    this.#transport = transport;
    this.#query = query;
    this.#ended = ended;
    this.#startedMs = startedMs;
  }

  async run(): Promise<ReadAnswer | RefusalError> {
    let retriesLeft = this.#query.document.repeatable ? this.#transport.retries : 0;
    let withText = this.#startsWithText();
    for (;;) {
      const outcome = await this.#sendOnce(withText);
      if (!(outcome instanceof Error)) return outcome;
      if (outcome.code === 'PERSISTED_QUERY_NOT_FOUND' && !withText && this.#query.document.text !== '') {
        this.#noteUnknown();
        withText = true;
        continue;
      }
      if (retriesLeft === 0 || !isRetryable(outcome)) return outcome;
      retriesLeft -= 1;
      const retryAfterMs = 'retryAfterMs' in outcome ? outcome.retryAfterMs : null;
      const waitMs = waitBeforeRetry(this.#attempts, retryAfterMs, this.#transport.random());
      // Waiting longer than there is time for only turns this answer into a timeout that tells less.
      if (waitMs >= this.#remainingMs()) return outcome;
      if (!(await wait(waitMs, this.#ended))) return this.#endedError();
    }
  }

  async #sendOnce(withText: boolean): Promise<ReadAnswer | RefusalError> {
    const { fetch, url, headers } = this.#transport;
    if (this.#ended.aborted) return this.#endedError();
    const own = headers();
    const body = this.#bodyText(withText);
    this.#attempts += 1;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          accept: 'application/graphql-response+json, application/json;q=0.9',
          'content-type': 'application/json',
          ...own,
        },
        body,
        signal: this.#ended,
        redirect: 'manual', // the credential goes to the address given, and nowhere else
      });
      return await readAnswer(response, this.#query.wantsStatuses, this.#attempts);
    } catch (error) {
      if (this.#ended.aborted) return this.#endedError();
      return queryError(
        'network',
        `No answer from ${url}: ${reasonOf(error)}.`,
        { attempts: this.#attempts },
        error,
      );
    }
  }

  #bodyText(withText: boolean): string {
    const { document, variables, wantsStatuses, maxAgeMs } = this.#query;
    const remainingMs = this.#remainingMs();
    const travelMs = Math.min(TRAVEL_MAX_MS, remainingMs * TRAVEL_SHARE);
    return JSON.stringify({
      ...(document.id === null ? {} : { documentId: document.id }),
      ...(withText ? { query: document.text } : {}),
      variables,
      extensions: {
        featuregraph: {
          deadlineMs: Math.max(1, Math.floor(remainingMs - travelMs)),
          ...(wantsStatuses ? { status: 'VALUES' } : {}),
          ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
        },
      },
    });
  }

  #startsWithText(): boolean {
    const { id, text } = this.#query.document;
    if (id === null) return true;
    if (text === '') return false;
    const untilMs = this.#transport.unknownDocuments.get(id);
    return untilMs !== undefined && untilMs > monotonicMs();
  }

  #noteUnknown(): void {
    const { id } = this.#query.document;
    if (id !== null) this.#transport.unknownDocuments.set(id, monotonicMs() + UNKNOWN_DOCUMENT_MS);
  }

  #remainingMs(): number {
    return this.#query.deadlineMs - (monotonicMs() - this.#startedMs);
  }

  #endedError(): RefusalError {
    const { signal, deadlineMs } = this.#query;
    const attempts = this.#attempts;
    return signal?.aborted
      ? queryError('aborted', 'The query was aborted by its caller.', { reason: signal.reason, attempts })
      : queryError('timeout', `No answer within ${deadlineMs} ms.`, { deadlineMs, attempts });
  }
}

function isRetryable({ kind }: RefusalError): boolean {
  return kind === 'network' || kind === 'overloaded' || kind === 'rateLimited';
}

/** @returns whether the time passed; `false` when the query ended before. */
function wait(waitMs: number, ended: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (ended.aborted) return resolve(false);
    const onEnd = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      ended.removeEventListener('abort', onEnd);
      resolve(true);
    }, waitMs);
    ended.addEventListener('abort', onEnd, { once: true });
  });
}

/** `fetch` says "fetch failed" and keeps what happened in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
