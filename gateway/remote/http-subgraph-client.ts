/**
 * A subgraph behind HTTP. Whatever it does (nothing, too much, nonsense) becomes an error of the fields it was
 * asked for, within the request's deadline; nobody else pays for it.
 */
import { FeaturegraphError } from '../../src/core/errors.ts';
import type { RequestContext } from '../../src/core/request-context.ts';
import type { SubgraphClient, SubgraphRequest, SubgraphResult } from '../../src/engine/subgraph-client.ts';
import { type CallVerdict, StoreBreaker } from '../../src/stores/tiers/store-breaker.ts';
import { readSubgraphAnswer } from './read-subgraph-answer.ts';
import { RetryBudget } from './retry-budget.ts';
import { SubgraphConnection, type SubgraphConnectionOptions, unavailable } from './subgraph-connection.ts';
import { UNWATCHED, type WatchSubgraph } from './watch-subgraph.ts';

/** Requests in flight to one subgraph: more would only wait, and hold memory while they do. */
const IN_FLIGHT_MAX = 512;

/** Half of what a request may take where it does not say. */
const TELLING_WAIT_MS_DEFAULT = 500;

export interface HttpSubgraphOptions extends SubgraphConnectionOptions {
  /** Whether it is a subgraph of this platform: it tells statuses, and its errors are written for callers. */
  readonly own: boolean;
  readonly inFlightMax?: number;
  /**
   * A caller who left it less than this, in ms, has learnt nothing about it when the time is up: one who asks with
   * tiny deadlines must not have it left alone for all.
   */
  readonly tellingWaitMs?: number;
  /** How long it is left alone after it failed, in ms. */
  readonly halfOpenAfterMs?: number;
  /** Headers that prove where the request comes from; called once per request with the body it is about. */
  readonly sign: (body: string, context: RequestContext) => Promise<Record<string, string>>;
  readonly watch?: WatchSubgraph;
}

export function createHttpSubgraphClient(options: HttpSubgraphOptions): SubgraphClient {
  return new HttpSubgraphClient(options);
}

interface Sent {
  /** A text to be read, or why there is none. */
  readonly answer: string | FeaturegraphError;
  readonly verdict: CallVerdict;
}

class HttpSubgraphClient implements SubgraphClient {
  readonly name: string;
  readonly #options: HttpSubgraphOptions;
  readonly #connection: SubgraphConnection;
  readonly #breaker: StoreBreaker;
  readonly #retries = new RetryBudget();
  readonly #watch: WatchSubgraph;
  #inFlight = 0;

  constructor(options: HttpSubgraphOptions) {
    this.name = options.name;
    this.#options = options;
    this.#watch = options.watch ?? UNWATCHED;
    this.#connection = new SubgraphConnection(options);
    this.#breaker = new StoreBreaker({
      onState: this.#watch.breaker,
      ...(options.halfOpenAfterMs === undefined ? {} : { halfOpenAfterMs: options.halfOpenAfterMs }),
    });
  }

  async execute(request: SubgraphRequest): Promise<SubgraphResult> {
    const ended = this.#watch.started(request.context.clock);
    const result = await this.#execute(request);
    ended(result);
    return result;
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #execute(request: SubgraphRequest): Promise<SubgraphResult> {
    if (this.#inFlight >= (this.#options.inFlightMax ?? IN_FLIGHT_MAX))
      return failed(unavailable(this.name, 'has as many requests in flight as it may'), this.name);
    this.#inFlight += 1;
    try {
      const sent = await this.#breaker.run(
        () => this.#askWithin(request),
        ({ verdict }) => verdict,
      );
      const answer = sent?.answer ?? unavailable(this.name, 'has failed and is left alone for a moment');
      if (answer instanceof FeaturegraphError) return failed(answer, this.name);
      return readSubgraphAnswer(answer, this.name, this.#options.own, request.document.document);
    } catch (error) {
      if (error instanceof FeaturegraphError) return failed(error, this.name);
      throw error;
    } finally {
      this.#inFlight -= 1;
    }
  }

  async #askWithin(request: SubgraphRequest): Promise<Sent> {
    const { context, document } = request;
    const body = bodyOf(request, this.#options.own);
    const headers = await this.#options.sign(body, context);
    const waitMs = Math.max(0, context.deadlineAtMs - context.clock.monotonicMs());
    const abort = new AbortController();
    let timeIsUp = false;
    const end = (): void => abort.abort();
    const timer = setTimeout(() => {
      timeIsUp = true;
      end();
    }, waitMs);
    const signal = context.onlyDeadlineEnds === true ? null : context.signal;
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted === true) end();
    this.#retries.request();
    try {
      const isIdempotent = document.operationKind === 'query';
      return { answer: await this.#sendWithRetry(body, headers, abort.signal, isIdempotent), verdict: 'OK' };
    } catch (error) {
      if (!(error instanceof FeaturegraphError)) throw error;
      const tells = timeIsUp && waitMs >= (this.#options.tellingWaitMs ?? TELLING_WAIT_MS_DEFAULT);
      return { answer: error, verdict: verdictOf(error, tells) };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
    }
  }

  /** Only what changes nothing is sent again, and only when it may not have been read. */
  async #sendWithRetry(
    body: string,
    headers: Record<string, string>,
    signal: AbortSignal,
    isIdempotent: boolean,
  ): Promise<string> {
    try {
      return await this.#connection.post(body, headers, signal);
    } catch (error) {
      const mayRetry =
        isIdempotent && error instanceof FeaturegraphError && error.code === 'SUBGRAPH_UNAVAILABLE';
      if (!mayRetry || signal.aborted || !this.#retries.spend()) throw error;
      this.#watch.retried();
      return await this.#connection.post(body, headers, signal);
    }
  }
}

/** Our own subgraphs are told what else the answer must hold; others get plain GraphQL. */
function bodyOf({ document, variables, statuses, inputStatuses }: SubgraphRequest, own: boolean): string {
  if (!own) return JSON.stringify({ query: document.text, variables });
  const featuregraph = { statuses, ...(inputStatuses && { inputStatuses }) };
  return JSON.stringify({ query: document.text, variables, extensions: { featuregraph } });
}

/** An answer that is nonsense is one: the subgraph is there, and only its owner can mend it. */
function verdictOf({ code }: FeaturegraphError, waitTells: boolean): CallVerdict {
  if (code === 'SUBGRAPH_BAD_RESPONSE') return 'OK';
  return code !== 'SUBGRAPH_TIMEOUT' || waitTells ? 'DOWN' : 'UNTOLD';
}

function failed(error: FeaturegraphError, subgraph: string): SubgraphResult {
  const extensions = { code: error.code, subgraph };
  return { data: null, errors: [{ message: error.message, extensions }], statuses: {} };
}
