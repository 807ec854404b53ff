/**
 * A subgraph behind HTTP. Whatever it does (nothing, too much, nonsense) becomes an error of the fields it was
 * asked for, within the request's deadline; nobody else pays for it.
 */
import { FeaturegraphError } from '../../src/core/errors.ts';
import type { RequestContext } from '../../src/core/request-context.ts';
import { addToldUsage } from '../../src/core/request-usage.ts';
import type {
  BytesAnswer,
  SubgraphBytes,
  SubgraphClient,
  SubgraphDocument,
  SubgraphRequest,
  SubgraphResult,
} from '../../src/engine/subgraph-client.ts';
import { type CallVerdict, StoreBreaker } from '../../src/stores/tiers/store-breaker.ts';
import { countEntities } from './count-entities.ts';
import { readSubgraphAnswer } from './read-subgraph-answer.ts';
import { Ending } from './receive-answer.ts';
import { RetryBudget } from './retry-budget.ts';
import {
  NO_HEADERS,
  SubgraphConnection,
  type SubgraphConnectionOptions,
  unavailable,
} from './subgraph-connection.ts';
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
  readonly sign?: (body: string | Uint8Array, context: RequestContext) => Promise<Record<string, string>>;
  readonly watch?: WatchSubgraph;
}

export function createHttpSubgraphClient(options: HttpSubgraphOptions): SubgraphClient {
  return new HttpSubgraphClient(options);
}

interface Sending {
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly ending: Ending;
  readonly onUsage: (told: string) => void;
}

interface Sent {
  /** To be read, or why there is none. */
  readonly answer: Buffer | FeaturegraphError;
  readonly verdict: CallVerdict;
}

class HttpSubgraphClient implements SubgraphClient {
  readonly name: string;
  readonly bytes: SubgraphBytes;
  readonly #options: HttpSubgraphOptions;
  readonly #connection: SubgraphConnection;
  readonly #breaker: StoreBreaker;
  readonly #retries = new RetryBudget();
  readonly #watch: WatchSubgraph;
  #inFlight = 0;

  constructor(options: HttpSubgraphOptions) {
    this.name = options.name;
    this.#options = options;
    this.bytes = {
      tellsStatuses: options.own,
      bodyTail: options.own ? ',"extensions":{"featuregraph":{"statuses":false}}' : '',
      ask: (body, context) => this.#ask(body, context, true),
    };
    this.#watch = options.watch ?? UNWATCHED;
    this.#connection = new SubgraphConnection(options);
    this.#breaker = new StoreBreaker({
      onState: this.#watch.breaker,
      ...(options.halfOpenAfterMs === undefined ? {} : { halfOpenAfterMs: options.halfOpenAfterMs }),
    });
  }

  async execute(request: SubgraphRequest): Promise<SubgraphResult> {
    const { context, document } = request;
    const body = bodyOf(request, this.#options.own);
    const answer = await this.#ask(body, context, document.operationKind === 'query');
    return answer.read(document);
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #ask(
    body: string | Uint8Array,
    context: RequestContext,
    isIdempotent: boolean,
  ): Promise<BytesAnswer> {
    const { usage } = context;
    // Also where nobody answers: what a request costs does not depend on what fails.
    usage.remoteFetches += 1;
    if (!this.#options.own) usage.foreignEntities += countEntities(body);
    const ended = this.#watch.started(context.clock);
    const answer = await this.#askBounded(body, context, isIdempotent);
    ended();
    return {
      bytes: answer instanceof FeaturegraphError ? null : answer,
      taken: () => this.#watch.answered('ok'),
      read: (document) => {
        const result = this.#read(answer, document, context);
        this.#watch.answered(result);
        return result;
      },
    };
  }

  #read(
    answer: Buffer | FeaturegraphError,
    { document }: SubgraphDocument,
    { clock }: RequestContext,
  ): SubgraphResult {
    if (answer instanceof FeaturegraphError) {
      this.#watch.failed(answer, clock);
      return failed(answer, this.name);
    }
    try {
      return readSubgraphAnswer(answer.toString(), this.name, this.#options.own, document);
    } catch (error) {
      if (!(error instanceof FeaturegraphError)) throw error;
      this.#watch.failed(error, clock);
      return failed(error, this.name);
    }
  }

  async #askBounded(
    body: string | Uint8Array,
    context: RequestContext,
    isIdempotent: boolean,
  ): Promise<Buffer | FeaturegraphError> {
    if (this.#inFlight >= (this.#options.inFlightMax ?? IN_FLIGHT_MAX))
      return unavailable(this.name, 'has as many requests in flight as it may');
    this.#inFlight += 1;
    try {
      const sent = await this.#breaker.run(
        () => this.#askWithin(body, context, isIdempotent),
        ({ verdict }) => verdict,
      );
      return sent?.answer ?? unavailable(this.name, 'has failed and is left alone for a moment');
    } catch (error) {
      if (error instanceof FeaturegraphError) return error;
      throw error;
    } finally {
      this.#inFlight -= 1;
    }
  }

  async #askWithin(body: string | Uint8Array, context: RequestContext, isIdempotent: boolean): Promise<Sent> {
    const { sign } = this.#options;
    const headers = sign === undefined ? NO_HEADERS : await sign(body, context);
    const waitMs = timerMs(context.deadlineAtMs - context.clock.monotonicMs());
    const ending = new Ending();
    const end = (): void => ending.end();
    let timeIsUp = false;
    const timer = setTimeout(() => {
      timeIsUp = true;
      end();
    }, waitMs);
    const signal = context.onlyDeadlineEnds === true ? null : context.signal;
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted === true) end();
    this.#retries.request();
    const onUsage = (told: string): void => {
      if (this.#options.own) addToldUsage(context.usage, told);
    };
    try {
      const answer = await this.#sendWithRetry({ body, headers, ending, onUsage }, isIdempotent);
      return { answer, verdict: 'OK' };
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
  async #sendWithRetry({ body, headers, ending, onUsage }: Sending, isIdempotent: boolean): Promise<Buffer> {
    try {
      return await this.#connection.post(body, headers, ending, onUsage);
    } catch (error) {
      const mayRetry =
        isIdempotent && error instanceof FeaturegraphError && error.code === 'SUBGRAPH_UNAVAILABLE';
      if (!mayRetry || ending.isOver || !this.#retries.spend()) throw error;
      this.#watch.retried();
      return await this.#connection.post(body, headers, ending, onUsage);
    }
  }
}

/** Waits longer than this are cut to whole steps: timers of one length share a list, which costs a fraction. */
const LONG_WAIT_MS = 200;
const WAIT_STEP_MS = 8;

function timerMs(leftMs: number): number {
  if (leftMs < LONG_WAIT_MS) return Math.max(0, leftMs);
  return Math.floor(leftMs / WAIT_STEP_MS) * WAIT_STEP_MS;
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
