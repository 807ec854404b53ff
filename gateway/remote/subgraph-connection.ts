/** HTTP to one subgraph: kept connections, TLS, and what comes back as bytes or as one of three errors. */
import { Pool } from 'undici';
import { FeaturegraphError } from '../../src/core/errors.ts';
import { decodeBody } from './decode-body.ts';
import { badResponse } from './read-subgraph-answer.ts';
import { AnswerTooLarge, Ended, type Ending, receiveAnswer } from './receive-answer.ts';

/** PEM texts. */
export interface SubgraphTls {
  /** Authorities to trust; the system's where not given. */
  readonly caPem?: string;
  /** With `keyPem`: the gateway's own, where the subgraph asks who it is. */
  readonly certificatePem?: string;
  readonly keyPem?: string;
  /** That the certificate must have, where it is not the URL's host. */
  readonly serverName?: string;
}

export interface SubgraphConnectionOptions {
  readonly name: string;
  readonly url: string;
  readonly tls?: SubgraphTls;
  /** Largest answer read, in bytes. */
  readonly responseMaxBytes: number;
}

/** Connections kept to one subgraph: enough for a core of either side to be busy. */
const CONNECTIONS_MAX = 64;

const KEEP_ALIVE_MS = 30_000;

/** Nothing to say beside what is always said. */
export const NO_HEADERS: Readonly<Record<string, string>> = {};

const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json, application/json;q=0.9',
};

/** A proxy's way to say that the server behind it is not there. */
const UNAVAILABLE_STATUSES = new Set([502, 503, 504]);

export class SubgraphConnection {
  readonly #options: SubgraphConnectionOptions;
  readonly #path: string;
  readonly #pool: Pool;

  constructor(options: SubgraphConnectionOptions) {
    const url = new URL(options.url);
    this.#options = options;
    this.#path = url.pathname + url.search;
    this.#pool = new Pool(url.origin, {
      connections: CONNECTIONS_MAX,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // The request's own deadline ends every wait.
      headersTimeout: 0,
      bodyTimeout: 0,
      ...(options.tls === undefined ? {} : { connect: connectOptionsOf(options.tls) }),
    });
  }

  /**
   * @param ending of the wait; a request under way is given up then.
   * @param onUsage told what the subgraph says that it used, where it says so.
   * @returns the body of an answer in JSON, whatever its status.
   * @throws FeaturegraphError SUBGRAPH_UNAVAILABLE, SUBGRAPH_TIMEOUT, SUBGRAPH_BAD_RESPONSE
   */
  async post(
    body: string | Uint8Array,
    headers: Readonly<Record<string, string>>,
    ending: Ending,
    onUsage: (told: string) => void,
  ): Promise<Buffer> {
    const { name, responseMaxBytes } = this.#options;
    try {
      const request = {
        path: this.#path,
        body,
        headers: headers === NO_HEADERS ? HEADERS : { ...HEADERS, ...headers },
      };
      const { status, contentType, encoding, usage, bytes } = await receiveAnswer(
        this.#pool,
        request,
        responseMaxBytes,
        ending,
      );
      if (usage !== '') onUsage(usage);
      this.#assertAnswer(status, contentType);
      return encoding === '' ? bytes : await this.#decoded(bytes, encoding);
    } catch (error) {
      if (error instanceof FeaturegraphError) throw error;
      if (error instanceof Ended) throw this.#timeout();
      if (error instanceof AnswerTooLarge) throw badResponse(name, `more than ${responseMaxBytes} bytes`);
      if (isProtocolError(error)) throw badResponse(name, 'something that is not HTTP');
      throw unavailable(name, 'could not be reached', error);
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  #assertAnswer(status: number, contentType: string): void {
    const { name } = this.#options;
    if (UNAVAILABLE_STATUSES.has(status)) throw unavailable(name, `is not there (status ${status})`);
    if (status === 401 || status === 403)
      throw badResponse(name, `that the gateway may not ask it (status ${status})`);
    const isJson = /^application\/(graphql-response\+)?json\b/i.test(contentType);
    if (!isJson) throw badResponse(name, `status ${status} with ${shortened(contentType)}`);
    // An error status with a GraphQL body tells more than the status does.
    if (status >= 300 && status < 400) throw badResponse(name, `status ${status}`);
  }

  async #decoded(bytes: Buffer, encoding: string): Promise<Buffer> {
    const { name, responseMaxBytes } = this.#options;
    const decoded = await decodeBody(bytes, encoding, responseMaxBytes);
    if (decoded === null)
      throw badResponse(name, 'a body in an encoding that it is not, or that is not known');
    return decoded;
  }

  #timeout(): FeaturegraphError {
    return new FeaturegraphError(
      'SUBGRAPH_TIMEOUT',
      `The subgraph "${this.#options.name}" did not answer within the request's deadline. Retry, or ask with a longer one.`,
    );
  }
}

/** @param cause for the log: no caller sees it. */
export function unavailable(subgraph: string, why: string, cause?: unknown): FeaturegraphError {
  const error = new FeaturegraphError(
    'SUBGRAPH_UNAVAILABLE',
    `The subgraph "${subgraph}" ${why}. Retry; if it stays so, tell the owner of the domain.`,
  );
  if (cause !== undefined) error.cause = cause;
  return error;
}

/** A subgraph chooses this text, and callers see it: the media type alone, and only where it looks like one. */
function shortened(contentType: string): string {
  return /^[\w.+-]{1,40}\/[\w.+-]{1,60}/.exec(contentType)?.[0] ?? 'no content type';
}

function connectOptionsOf({ caPem, certificatePem, keyPem, serverName }: SubgraphTls) {
  return {
    ...(caPem === undefined ? {} : { ca: caPem }),
    ...(certificatePem === undefined ? {} : { cert: certificatePem }),
    ...(keyPem === undefined ? {} : { key: keyPem }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}

function isProtocolError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'HTTPParserError') return true;
  return 'code' in error && error.code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
}
