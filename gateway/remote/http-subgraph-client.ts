/**
 * A subgraph behind HTTP. Whatever it does (nothing, too much, nonsense) becomes an error of the fields it was
 * asked for, within the request's deadline; nobody else pays for it.
 */
import { Pool } from 'undici';
import { FeaturegraphError } from '../../src/core/errors.ts';
import type { RequestContext } from '../../src/core/request-context.ts';
import type { SubgraphClient, SubgraphRequest, SubgraphResult } from '../../src/engine/subgraph-client.ts';
import { badResponse, readSubgraphAnswer } from './read-subgraph-answer.ts';
import { RetryBudget } from './retry-budget.ts';

/** Connections kept to one subgraph: enough for a core of either side to be busy. */
const CONNECTIONS_MAX = 64;

/** Requests in flight to one subgraph: more would only wait, and hold memory while they do. */
const IN_FLIGHT_MAX = 512;

const KEEP_ALIVE_MS = 30_000;

/** A proxy's way to say that the server behind it is not there. */
const UNAVAILABLE_STATUSES = new Set([502, 503, 504]);

export interface HttpSubgraphOptions {
  readonly name: string;
  readonly url: string;
  /** Whether it is a subgraph of this platform: it tells statuses, and its errors are written for callers. */
  readonly own: boolean;
  /** Largest answer read, in bytes. */
  readonly responseMaxBytes: number;
  readonly inFlightMax?: number;
  /** Headers that prove where the request comes from; called once per request with the body it is about. */
  readonly sign: (body: string, context: RequestContext) => Promise<Record<string, string>>;
}

export function createHttpSubgraphClient(options: HttpSubgraphOptions): SubgraphClient {
  return new HttpSubgraphClient(options);
}

class HttpSubgraphClient implements SubgraphClient {
  readonly name: string;
  readonly #options: HttpSubgraphOptions;
  readonly #path: string;
  readonly #pool: Pool;
  readonly #retries = new RetryBudget();
  #inFlight = 0;

  constructor(options: HttpSubgraphOptions) {
    const url = new URL(options.url);
    this.name = options.name;
    this.#options = options;
    this.#path = url.pathname + url.search;
    this.#pool = new Pool(url.origin, {
      connections: CONNECTIONS_MAX,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // The request's own deadline ends every wait.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  async execute(request: SubgraphRequest): Promise<SubgraphResult> {
    if (this.#inFlight >= (this.#options.inFlightMax ?? IN_FLIGHT_MAX)) {
      return failed(this.#unavailable('has as many requests in flight as it may'), this.name);
    }
    this.#inFlight += 1;
    try {
      return await this.#executeBounded(request);
    } catch (error) {
      if (error instanceof FeaturegraphError) return failed(error, this.name);
      throw error;
    } finally {
      this.#inFlight -= 1;
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #executeBounded(request: SubgraphRequest): Promise<SubgraphResult> {
    const { context, document } = request;
    const body = bodyOf(request, this.#options.own);
    const headers = await this.#options.sign(body, context);
    const abort = new AbortController();
    const end = (): void => abort.abort();
    const timer = setTimeout(end, Math.max(0, context.deadlineAtMs - context.clock.monotonicMs()));
    const signal = context.onlyDeadlineEnds === true ? null : context.signal;
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted === true) end();
    this.#retries.request();
    try {
      const text = await this.#sendWithRetry(body, headers, abort.signal, document.operationKind === 'query');
      return readSubgraphAnswer(text, this.name, this.#options.own);
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
      return await this.#send(body, headers, signal);
    } catch (error) {
      const mayRetry =
        isIdempotent && error instanceof FeaturegraphError && error.code === 'SUBGRAPH_UNAVAILABLE';
      if (!mayRetry || signal.aborted || !this.#retries.spend()) throw error;
      return await this.#send(body, headers, signal);
    }
  }

  async #send(body: string, headers: Record<string, string>, signal: AbortSignal): Promise<string> {
    try {
      const response = await this.#pool.request({
        method: 'POST',
        path: this.#path,
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json;q=0.9',
          ...headers,
        },
        body,
        signal,
      });
      const text = await this.#read(response.body);
      this.#assertAnswer(response.statusCode, String(response.headers['content-type'] ?? ''));
      return text;
    } catch (error) {
      if (error instanceof FeaturegraphError) throw error;
      if (signal.aborted) throw this.#timeout();
      if (isProtocolError(error)) throw badResponse(this.name, 'something that is not HTTP');
      throw this.#unavailable('could not be reached');
    }
  }

  async #read(body: AsyncIterable<Buffer> & { destroy(): unknown }): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > this.#options.responseMaxBytes) {
        body.destroy();
        throw badResponse(this.name, `more than ${this.#options.responseMaxBytes} bytes`);
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  #assertAnswer(status: number, contentType: string): void {
    if (UNAVAILABLE_STATUSES.has(status)) throw this.#unavailable(`is not there (status ${status})`);
    if (status === 401 || status === 403) {
      throw badResponse(this.name, `that the gateway may not ask it (status ${status})`);
    }
    const isJson = /^application\/(graphql-response\+)?json\b/i.test(contentType);
    if (!isJson) throw badResponse(this.name, `status ${status} with ${contentType || 'no content type'}`);
    // An error status with a GraphQL body tells more than the status does.
    if (status >= 300 && status < 400) throw badResponse(this.name, `status ${status}`);
  }

  #timeout(): FeaturegraphError {
    return new FeaturegraphError(
      'SUBGRAPH_TIMEOUT',
      `The subgraph "${this.name}" did not answer within the request's deadline. Retry, or ask with a longer one.`,
    );
  }

  #unavailable(why: string): FeaturegraphError {
    return new FeaturegraphError(
      'SUBGRAPH_UNAVAILABLE',
      `The subgraph "${this.name}" ${why}. Retry; if it stays so, tell the owner of the domain.`,
    );
  }
}

/** Our own subgraphs are told what else the answer must hold; others get plain GraphQL. */
function bodyOf({ document, variables, statuses, inputStatuses }: SubgraphRequest, own: boolean): string {
  if (!own) return JSON.stringify({ query: document.text, variables });
  const featuregraph = { statuses, ...(inputStatuses && { inputStatuses }) };
  return JSON.stringify({ query: document.text, variables, extensions: { featuregraph } });
}

function failed(error: FeaturegraphError, subgraph: string): SubgraphResult {
  const extensions = { code: error.code, subgraph };
  return { data: null, errors: [{ message: error.message, extensions }], statuses: {} };
}

function isProtocolError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'HTTPParserError') return true;
  return 'code' in error && error.code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
}
