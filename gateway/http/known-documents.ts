/**
 * The front for known documents. A query that was prepared before is executed without Apollo Server's pipeline, which
 * would look up, hash and instrument what nothing has changed of: a fifth of all CPU time for one entity. Whatever is
 * not plainly such a query, and whatever has more to tell than data, goes through Apollo, so that the answer is the
 * same, to the byte and header.
 */
import { GraphQLError } from 'graphql';
import type { ErrorCode } from '../../src/core/errors.ts';
import type { Answer, PreparedOperation } from '../../src/engine/engine.ts';
import { type AskedWith, type Asker, type ExecutionParts, executeToBytes } from './execute-prepared.ts';

export interface KnownRequest extends AskedWith {
  readonly prepared: PreparedOperation;
  /** That Apollo chose for an answer to the same `Accept`. */
  readonly contentType: string;
}

/** How an execution ended, for Apollo to tell; nothing is executed twice. */
export type Settled = { readonly answer: Answer } | { readonly error: unknown };

/** The whole body, where there is nothing but data to tell, or that there is no room for the request. */
export interface Written {
  readonly body: string | Buffer;
  readonly refused?: { readonly status: number; readonly code: string };
  /** To be called when the body was sent, or cannot be any more. */
  readonly release?: () => void;
}

/** Different `Accept` headers that are remembered; clients send a handful. */
const ACCEPTS_MAX = 100;
const ACCEPT_MAX_LENGTH = 200;

type Body = Readonly<Record<string, unknown>>;

export class KnownDocuments {
  readonly #parts: ExecutionParts;
  readonly #contentTypes = new Map<string, string>();

  constructor(parts: ExecutionParts) {
    this.#parts = parts;
  }

  /** @returns `null` for what Apollo must look at: the one place that decides. */
  recognize(body: Body, accept: string | undefined): KnownRequest | null {
    const { query, operationName = null, variables, extensions } = body;
    if (typeof query !== 'string' || (operationName !== null && typeof operationName !== 'string'))
      return null;
    if (operationName === '') return null; // the name of none
    if (!isObjectOrMissing(variables) || !isObjectOrMissing(extensions)) return null;
    const contentType = this.#contentTypes.get(accept ?? '');
    if (contentType === undefined) return null;
    const prepared = this.#findPrepared(query, operationName);
    if (prepared === undefined || prepared.operation.operation !== 'query' || prepared.introspects)
      return null;
    return { prepared, contentType, variables: variables ?? undefined, extensions };
  }

  /** Whether a text was served before, or is ready to be. */
  isPrepared(query: string, operationName: unknown): boolean {
    const name = typeof operationName === 'string' ? operationName : null;
    return this.#findPrepared(query, name) !== undefined;
  }

  /** A document's only operation is also found by its name. */
  #findPrepared(query: string, operationName: string | null): PreparedOperation | undefined {
    const { engine } = this.#parts;
    const named = engine.findPrepared(query, operationName);
    if (named !== undefined || operationName === null) return named;
    const only = engine.findPrepared(query, null);
    return only?.operation.name?.value === operationName ? only : undefined;
  }

  async execute(request: KnownRequest, asker: Asker): Promise<Written | Settled> {
    try {
      const answer = await executeToBytes(this.#parts, request.prepared, request, asker);
      if ('bytes' in answer) {
        asker.state.hasExtensions = answer.hasExtensions;
        asker.state.bodyRoom = answer.room;
        return { body: answer.bytes, release: answer.release };
      }
      const body = bodyOf(answer);
      if (body === null) return { answer };
      asker.state.hasExtensions = answer.extensions !== undefined;
      return { body };
    } catch (error) {
      return refusalOf(error) ?? { error };
    }
  }

  /** To be told of each answer with data that Apollo gave: which type it has depends on `Accept` alone. */
  learn(accept: string | undefined, contentType: string): void {
    if ((accept ?? '').length <= ACCEPT_MAX_LENGTH && this.#contentTypes.size < ACCEPTS_MAX)
      this.#contentTypes.set(accept ?? '', contentType);
  }
}

/** Of a budget that is spent or too small, or a process that has too much to do: to tell it must not cost more than to serve. */
const REFUSED: readonly ErrorCode[] = [
  'RATE_LIMITED',
  'QUOTA_EXCEEDED',
  'BUDGET_UNAVAILABLE',
  'COST_ESTIMATED_TOO_EXPENSIVE',
  'OVERLOADED',
];

/** @returns `null` where Apollo must tell it. */
function refusalOf(error: unknown): Written | null {
  if (!(error instanceof GraphQLError)) return null;
  const { http, ...extensions } = error.extensions;
  const status = (http as { readonly status: number } | undefined)?.status;
  if (status === undefined || !REFUSED.some((code) => code === extensions.code)) return null;
  const body = `${JSON.stringify({ errors: [{ message: error.message, extensions }] })}\n`;
  return { body, refused: { status, code: String(extensions.code) } };
}

/** @returns `null` where Apollo must tell it. */
function bodyOf({ data, errors, extensions }: Answer): string | null {
  if (data === null || errors !== undefined) return null;
  // With Apollo's line feed at its end.
  return `${JSON.stringify(extensions === undefined ? { data } : { data, extensions })}\n`;
}

function isObjectOrMissing(value: unknown): value is Body | null | undefined {
  return value === undefined || value === null || (typeof value === 'object' && !Array.isArray(value));
}
