/** From a prepared operation and what came with it to its answer: what both fronts do alike. */
import type { Clock } from '../../src/core/clock.ts';
import { FeaturegraphError } from '../../src/core/errors.ts';
import type { ReadOptions, RequestContext } from '../../src/core/request-context.ts';
import type { WrittenAnswer } from '../../src/engine/compiled/write-answer.ts';
import { createRequestContext } from '../../src/engine/create-request-context.ts';
import {
  type Answer,
  type BegunOperation,
  type Engine,
  type PreparedOperation,
  requestError,
} from '../../src/engine/engine.ts';
import {
  assertReadScopes,
  parseReadOptions,
  type ReadOptionDefaults,
  type ReadScopes,
} from '../../src/engine/read-options.ts';
import type { Identity } from '../../src/tenancy/identity.ts';
import { type Admitted, admitRequest } from './admit-request.ts';

export interface ExecutionParts {
  /** Of the graph that is served now. */
  readonly engine: Engine;
  readonly clock: Clock;
  readonly readOptions: ReadOptionDefaults;
  readonly readScopes: ReadScopes;
}

export type Asker = Admitted;

export interface AskedWith {
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly extensions?: unknown;
}

/** @throws GraphQLError for the request as a whole, with `extensions.code` and `extensions.http.status`. */
export async function executePrepared(
  parts: ExecutionParts,
  prepared: PreparedOperation,
  asked: AskedWith,
  asker: Asker,
): Promise<Answer> {
  const context = contextOf(parts, prepared, asked, asker);
  const begun = prepared.begin(asked.variables ?? {}, context);
  await admitted(begun, asker, context);
  return begun.execute().finally(() => asker.gate.leave());
}

/** The same; the whole body as bytes where that is all there is to tell. */
export async function executeToBytes(
  parts: ExecutionParts,
  prepared: PreparedOperation,
  asked: AskedWith,
  asker: Asker,
): Promise<WrittenAnswer | Answer> {
  const context = contextOf(parts, prepared, asked, asker);
  const begun = prepared.begin(asked.variables ?? {}, context);
  const waiting = admitted(begun, asker, context);
  if (waiting !== undefined) await waiting;
  try {
    return await begun.executeToBytes();
  } finally {
    asker.gate.leave();
  }
}

/** Once it is known what the request may cost, its tenant's budget has so much, and it is its turn. */
function admitted(begun: BegunOperation, asker: Asker, context: RequestContext): Promise<void> | undefined {
  const cost = begun.estimate().total;
  asker.state.estimatedCost = cost;
  return admitRequest(asker, cost, context);
}

function contextOf(
  parts: ExecutionParts,
  prepared: PreparedOperation,
  { extensions }: AskedWith,
  { state, identity }: Asker,
): RequestContext {
  state.operation = prepared.label;
  const context = createRequestContext({
    requestId: state.requestId,
    identity,
    options: readOptionsOf(extensions, parts, identity),
    clock: parts.clock,
    startedMs: state.startedMs,
  });
  state.context = context;
  return context;
}

function readOptionsOf(
  extensions: unknown,
  { readOptions, readScopes }: ExecutionParts,
  { scopes }: Identity,
): ReadOptions {
  try {
    const options = parseReadOptions(extensions, readOptions);
    assertReadScopes(options, scopes, readScopes);
    return options;
  } catch (error) {
    throw error instanceof FeaturegraphError ? requestError(error) : error;
  }
}
