/** HTTP to one subgraph: kept connections, TLS, and what comes back as a text or as one of three errors. */
import { Pool } from 'undici';
import { FeaturegraphError } from '../../src/core/errors.ts';
import { badResponse } from './read-subgraph-answer.ts';

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
   * @param signal ends the wait; a request under way is given up then.
   * @returns the body of an answer in JSON, whatever its status.
   * @throws FeaturegraphError SUBGRAPH_UNAVAILABLE, SUBGRAPH_TIMEOUT, SUBGRAPH_BAD_RESPONSE
   */
  async post(body: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<string> {
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
      if (isProtocolError(error)) throw badResponse(this.#options.name, 'something that is not HTTP');
      throw unavailable(this.#options.name, 'could not be reached');
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #read(body: AsyncIterable<Buffer> & { destroy(): unknown }): Promise<string> {
    const { name, responseMaxBytes } = this.#options;
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > responseMaxBytes) {
        body.destroy();
        throw badResponse(name, `more than ${responseMaxBytes} bytes`);
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
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

  #timeout(): FeaturegraphError {
    return new FeaturegraphError(
      'SUBGRAPH_TIMEOUT',
      `The subgraph "${this.#options.name}" did not answer within the request's deadline. Retry, or ask with a longer one.`,
    );
  }
}

export function unavailable(subgraph: string, why: string): FeaturegraphError {
  return new FeaturegraphError(
    'SUBGRAPH_UNAVAILABLE',
    `The subgraph "${subgraph}" ${why}. Retry; if it stays so, tell the owner of the domain.`,
  );
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
