/** The client: typed queries over plain `fetch`, in browsers and in Node. */
import {
  type BatchedLookup,
  type BatchedOptions,
  createBatchedLookup,
  type ListVariable,
} from './batched-lookup.ts';
import { assertOptions, type OptionNames } from './check-options.ts';
import type { QueryResult, StatusOption, StatusReader } from './query-result.ts';
import { type Fetch, sendQuery, type Transport } from './send-query.ts';
import { documentParts, type TypedDocument } from './typed-document.ts';

export interface ClientOptions {
  /** Of the graph itself, such as `https://features.example.com/graphql`. Redirects are not followed. */
  readonly url: string;
  /** Sent as `Authorization: Bearer <key>`. */
  readonly apiKey?: string;
  /** Sent with every request; a function is asked for each. They win over `apiKey`. */
  readonly headers?: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>);
  /** Longest wait for an answer, retries included, in ms; 1 to 60,000. Default 1000. The server is told. */
  readonly deadlineMs?: number;
  /**
   * Further requests after one that got no answer (network errors, 429, 502, 503, 504), 0 to 10. Default 2. Only
   * queries are sent again, after `Retry-After` where the server says so, and only within the deadline.
   */
  readonly retries?: number;
  /** Default the platform's, which keeps connections alive. */
  readonly fetch?: Fetch;
  /** At least 0, below 1: spreads the retries of many clients. */
  readonly random?: () => number;
}

export interface QueryOptions<Status extends StatusOption = StatusOption> {
  /** `VALUES`: every value comes with its status. Default `NONE`. */
  readonly status?: Status;
  /** Per view, in ms: an older value is refused (null, OUTSIDE_MAX_AGE). */
  readonly maxAgeMs?: Readonly<Record<string, number>>;
  /** Instead of the client's, in ms. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

/** A document without variables needs none; one with variables needs its own. */
export type QueryArguments<Variables, Options> =
  Record<string, never> extends Variables
    ? [variables?: Variables, options?: Options]
    : [variables: Variables, options?: Options];

export interface Client {
  /**
   * Asks by the document's id where it has one; where the server does not know the id, by its text, once.
   *
   * @returns what came of it; only misuse is thrown.
   * @throws TypeError for options that are not what they must be.
   */
  query<Data, Variables, Status extends StatusOption = 'NONE'>(
    document: TypedDocument<Data, Variables>,
    ...rest: QueryArguments<Variables, QueryOptions<Status>>
  ): Promise<QueryResult<Data, Status>>;

  /**
   * A lookup of single keys over a document whose one root field is a list lookup: the calls of one tick become
   * one request.
   *
   * @throws TypeError for options that are not what they must be.
   */
  batched<Data, Variables, Keys extends ListVariable<Variables>, Status extends StatusOption = 'NONE'>(
    document: TypedDocument<Data, Variables>,
    options: BatchedOptions<Variables, Keys, Status>,
  ): BatchedLookup<Data, Variables, Keys, Status>;
}

const CLIENT_OPTIONS: OptionNames<ClientOptions> = {
  ...{ url: true, apiKey: true, headers: true, deadlineMs: true, retries: true, fetch: true, random: true },
};
const QUERY_OPTIONS: OptionNames<QueryOptions> = {
  ...{ status: true, maxAgeMs: true, deadlineMs: true, signal: true },
};
const BATCHED_OPTIONS: OptionNames<BatchedOptions<never, string, StatusOption>> = {
  ...{ keys: true, variables: true, maxKeys: true, status: true, maxAgeMs: true, deadlineMs: true },
};

const DEADLINE_DEFAULT_MS = 1000;
/** As the server has it. */
const DEADLINE_MAX_MS = 60_000;
const RETRIES_DEFAULT = 2;
const RETRIES_MAX = 10;

/** @throws TypeError for options that are not what they must be. */
export function createClient(options: ClientOptions): Client {
  assertOptions('the options of createClient', options, CLIENT_OPTIONS);
  const transport = createTransport(options);
  const deadlineMs = checkDeadline(options.deadlineMs ?? DEADLINE_DEFAULT_MS);
  const client = {
    query: async (
      document: TypedDocument<unknown, never>,
      variables: unknown = {},
      own: QueryOptions = {},
    ): Promise<QueryResult<unknown, StatusOption>> => {
      assertOptions('the options of a query', own, QUERY_OPTIONS);
      const outcome = await sendQuery(transport, {
        document: documentParts(document),
        variables,
        wantsStatuses: own.status === 'VALUES',
        maxAgeMs: own.maxAgeMs,
        deadlineMs: own.deadlineMs === undefined ? deadlineMs : checkDeadline(own.deadlineMs),
        signal: own.signal,
      });
      if (outcome instanceof Error) return { ok: false, data: null, error: outcome };
      const { statuses, ...answer } = outcome;
      if (statuses === null) return { ok: true, ...answer };
      const reader: StatusReader = {
        withStatus: (entity) => statuses.withStatus(entity),
        statusOf: (entity, field) => statuses.statusOf(entity, field),
      };
      return { ok: true, ...answer, ...reader };
    },
    batched: (
      document: TypedDocument<unknown, never>,
      batch: BatchedOptions<never, string, StatusOption>,
    ) => {
      assertOptions('the options of batched', batch, BATCHED_OPTIONS);
      assertKeys(batch.keys, documentParts(document).text);
      if (batch.deadlineMs !== undefined) checkDeadline(batch.deadlineMs);
      return createBatchedLookup(client.query, document, batch);
    },
  };
  return client as unknown as Client;
}

function createTransport(options: ClientOptions): Transport {
  const { url, apiKey, retries = RETRIES_DEFAULT } = options;
  assertUrl(url);
  if (!Number.isInteger(retries) || retries < 0 || retries > RETRIES_MAX)
    throw new TypeError(`Expected retries to be a whole number from 0 to ${RETRIES_MAX}, got ${retries}.`);
  const authorization = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const { headers = {} } = options;
  return {
    url,
    // Asked for at each request: browsers want it called on the window, and tools may replace it later.
    fetch: options.fetch ?? ((address, init) => fetch(address, init)),
    headers: () => ({ ...authorization, ...(typeof headers === 'function' ? headers() : headers) }),
    retries,
    random: options.random ?? randomShare,
    unknownDocuments: new Map(),
  };
}

/** A document whose text was taken out by the build is known to the server alone. */
function assertKeys(keys: unknown, text: string): void {
  if (typeof keys === 'string' && (text === '' || text.includes(`$${keys}`))) return;
  throw new TypeError(`Expected keys to name a variable of the document, got ${keys}.`);
}

function assertUrl(url: unknown): void {
  const page = (globalThis as { readonly location?: { readonly href: string } }).location?.href;
  // `localhost:4000` is an address too, of the scheme `localhost`, and nobody means it.
  if (typeof url === 'string' && URL.canParse(url, page) && /^https?:$/.test(new URL(url, page).protocol))
    return;
  throw new TypeError(
    `Expected url to be the graph's address, such as http://localhost:4000/graphql, got ${url}.`,
  );
}

function checkDeadline(deadlineMs: number): number {
  if (typeof deadlineMs === 'number' && deadlineMs >= 1 && deadlineMs <= DEADLINE_MAX_MS) return deadlineMs;
  throw new TypeError(`Expected deadlineMs to be from 1 to ${DEADLINE_MAX_MS}, got ${deadlineMs}.`);
}

function randomShare(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] as number) / 2 ** 32;
}
