import type { FastifyRequest } from 'fastify';
import type { RequestContext } from '../../src/core/request-context.ts';
import type { Admission } from '../../src/tenancy/budget/admission.ts';
import type { Identity } from '../../src/tenancy/identity.ts';

/** What a front learns about a request on its way, for its answer's headers, its log line and its metrics. */
export interface RequestState {
  readonly requestId: string;
  readonly startedMs: number;
  /** Of the request's body, at most. */
  readonly bodyBytes: number;
  identity: Identity | null;
  /** Name or hash of the operation; `null` outside of GraphQL and before the document is known. */
  operation: string | null;
  outcome: Outcome | null;
  /** Code of the first error of an answer without data. */
  reason: string | null;
  /** Where the document came from: the manifest, a hash sent before, or the request itself. */
  document: 'trusted' | 'automatic' | 'text' | null;
  /** That it is executed in, with what it has used; `null` before. */
  context: RequestContext | null;
  /** In units, by the operation's formula; `null` before. */
  estimatedCost: number | null;
  /** What its tenant's budget let it for; `null` before, and where the tenant has no budget. */
  admission: Admission | null;
  /** Of a refusal that waiting mends. */
  retryAfterSeconds: number | null;
  /** Whether its body ends with extensions. */
  hasExtensions: boolean;
  /** That the body is the beginning of, where something may be written behind it. */
  bodyRoom: Buffer | null;
}

/** @returns its name where the operator named it: anybody can name a document of his own so. */
export function operationOfManifest({ document, operation }: RequestState): string | null {
  return document === 'trusted' ? operation : null;
}

/** `ok`: no errors. `partial`: data with errors. `failed`: no data. */
export type Outcome = 'ok' | 'partial' | 'failed';

export const OUTCOME_HEADER = 'featuregraph-outcome';
export const REQUEST_ID_HEADER = 'x-request-id';

/** On the request itself: a weak map of all that run is what garbage collection would spend its time on. */
const STATE: unique symbol = Symbol('request state');

type Stateful = FastifyRequest & { [STATE]?: RequestState };

export function setRequestState(request: FastifyRequest, state: RequestState): void {
  (request as Stateful)[STATE] = state;
}

export function requestState(request: FastifyRequest): RequestState {
  const state = (request as Stateful)[STATE];
  if (state === undefined) throw new Error('The request has no state: the onRequest hook did not run.');
  return state;
}

/** A caller's own id is kept so that logs can be joined, as long as it is short and plain. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

export function chooseRequestId(given: string | string[] | undefined, makeId: () => string): string {
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : makeId();
}
