/**
 * The front for known documents: they are executed without Apollo Server's pipeline, and where there is nothing but
 * values to tell, the program's bytes are the body. What else there is to tell Apollo tells, and nothing is executed
 * twice; so the answer is the same, to the byte and header.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HTTPGraphQLResponse } from '@apollo/server';
import { isRecord } from '../../core/is-record.ts';
import type { RequestContext } from '../../core/request-context.ts';
import { formatUsage, USAGE_HEADER } from '../../core/request-usage.ts';
import type { WrittenAnswer } from '../../engine/compiled/write-answer.ts';
import type { SubgraphResult } from '../../engine/subgraph-client.ts';
import { parseWireExtensions } from '../wire-extensions.ts';
import type { CompiledSubgraph, KnownRequest } from './compiled-subgraph.ts';
import type { KnownDocuments } from './known-documents.ts';

/** Ways to ask, by what its headers say of media types, that are remembered: a gateway has one. */
const WAYS_MAX = 100;
const WAY_MAX_LENGTH = 400;

type JsonObject = Readonly<Record<string, unknown>>;
type Headers = readonly (readonly [name: string, value: string])[];

export class KnownFront {
  readonly #documents: KnownDocuments;
  readonly #compiled: CompiledSubgraph;
  /** What Apollo sends with each answer to who asks so. */
  readonly #headers = new Map<string, Headers>();

  constructor(documents: KnownDocuments, compiled: CompiledSubgraph) {
    this.#documents = documents;
    this.#compiled = compiled;
  }

  /** @returns what Apollo shall tell; `null` where it shall also execute. */
  async answer(
    body: unknown,
    request: IncomingMessage,
    response: ServerResponse,
    context: RequestContext,
  ): Promise<'ANSWERED' | SubgraphResult | null> {
    const headers = this.#headers.get(wayOf(request));
    const known = headers === undefined ? null : this.#recognize(body, context);
    if (headers === undefined || known === null) return null;
    const done = await this.#compiled.execute(known);
    if (done.way !== 'COMPILED') return done.result;
    send(response, headers, context, done.written);
    return 'ANSWERED';
  }

  /** To be told of what Apollo answered: which headers that has depends on how it was asked alone. */
  learn(request: IncomingMessage, { status = 200, headers }: HTTPGraphQLResponse): void {
    const way = wayOf(request);
    if (status !== 200 || way.length > WAY_MAX_LENGTH || this.#headers.size >= WAYS_MAX) return;
    if (this.#headers.has(way)) return;
    this.#headers.set(
      way,
      [...headers].filter(([name]) => name !== 'content-length'),
    );
  }

  #recognize(body: unknown, context: RequestContext): KnownRequest | null {
    if (!isRecord(body)) return null;
    const { query, operationName = null, variables = null, extensions = null } = body;
    if (typeof query !== 'string' || !isNameOrNull(operationName)) return null;
    if (!isObjectOrNull(variables) || !isObjectOrNull(extensions)) return null;
    const known = this.#documents.find(query, operationName);
    if (known === undefined) return null;
    const { statuses, inputStatuses } = parseWireExtensions(extensions);
    return {
      ...{ known, variables: variables ?? {}, context, statuses },
      ...(inputStatuses === null ? {} : { inputStatuses }),
    };
  }
}

function send(
  response: ServerResponse,
  headers: Headers,
  { usage }: RequestContext,
  { bytes, release }: WrittenAnswer,
): void {
  for (const [name, value] of headers) response.setHeader(name, value);
  response.setHeader('content-length', bytes.length);
  response.setHeader(USAGE_HEADER, formatUsage(usage));
  // Only then nobody reads the bytes any more.
  response.once('close', release);
  response.end(bytes);
}

function wayOf({ headers }: IncomingMessage): string {
  return `${headers.accept ?? ''}\n${headers['content-type'] ?? ''}`;
}

/** An empty name is the name of none. */
function isNameOrNull(value: unknown): value is string | null {
  return value === null || (typeof value === 'string' && value !== '');
}

function isObjectOrNull(value: unknown): value is JsonObject | null {
  return value === null || isRecord(value);
}
