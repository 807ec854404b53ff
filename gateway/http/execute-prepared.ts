/** From a prepared operation and what came with it to its answer: what both fronts do alike. */
import type { Clock } from '../../src/core/clock.ts';
import { FeaturegraphError } from '../../src/core/errors.ts';
import { createRequestContext } from '../../src/engine/create-request-context.ts';
import { type Answer, type Engine, type PreparedOperation, requestError } from '../../src/engine/engine.ts';
import { parseReadOptions, type ReadOptionDefaults } from '../../src/engine/read-options.ts';
import type { Identity } from '../../src/tenancy/identity.ts';
import type { RequestState } from './request-state.ts';

export interface ExecutionParts {
  /** Of the graph that is served now. */
  readonly engine: Engine;
  readonly clock: Clock;
  readonly readOptions: ReadOptionDefaults;
}

export interface Asker {
  readonly state: RequestState;
  readonly identity: Identity;
}

export interface AskedWith {
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly extensions?: unknown;
}

/** @throws GraphQLError for the request as a whole, with `extensions.code` and `extensions.http.status`. */
export async function executePrepared(
  { clock, readOptions }: ExecutionParts,
  prepared: PreparedOperation,
  { variables, extensions }: AskedWith,
  { state, identity }: Asker,
): Promise<Answer> {
  state.operation = prepared.label;
  const context = createRequestContext({
    requestId: state.requestId,
    identity,
    options: readOptionsOf(extensions, readOptions),
    clock,
    startedMs: state.startedMs,
  });
  return prepared.execute(variables ?? {}, context);
}

function readOptionsOf(extensions: unknown, defaults: ReadOptionDefaults) {
  try {
    return parseReadOptions(extensions, defaults);
  } catch (error) {
    throw error instanceof FeaturegraphError ? requestError(error) : error;
  }
}
