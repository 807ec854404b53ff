import { errors, types } from 'cassandra-driver';
import { StoreStartError } from '../store-start-error.ts';
import { tlsProblem } from '../tls-problem.ts';
import type { CassandraClient } from './cassandra-client.ts';
import type { CassandraOptions } from './cassandra-options.ts';
import { assertCassandraTables, CassandraSchemaError } from './cassandra-schema.ts';

/**
 * Connects, and looks whether the tables are there. A cluster that cannot be reached is no reason to fail: the next
 * request tries again. @throws {StoreStartError} for what waiting does not mend.
 */
export async function startCassandraClient(
  client: CassandraClient,
  options: CassandraOptions,
): Promise<void> {
  try {
    await client.connect();
    await assertCassandraTables(client, options.keyspace);
  } catch (error) {
    const problem = cassandraStartProblem(error as Error, options);
    if (problem === undefined) return;
    await client.close();
    throw new StoreStartError(problem, { cause: error });
  }
}

/** @returns what to do, or `undefined` when the same may work later. */
export function cassandraStartProblem(error: Error, options: CassandraOptions): string | undefined {
  if (error instanceof CassandraSchemaError) return error.message;
  if (error instanceof errors.NoHostAvailableError) {
    // One node may be behind the others; only what all of them say is the configuration's fault.
    const inner = Object.values(error.innerErrors ?? {}) as Error[];
    const problems = inner.map((one) => cassandraStartProblem(one, options));
    return problems.includes(undefined) ? undefined : problems[0];
  }
  if (isRefusedLogin(error)) {
    return options.username === undefined
      ? 'The server asks for a user and password. Give username and passwordFile.'
      : `The server does not let ${options.username} in with the password given (${error.message}). Mend username and passwordFile.`;
  }
  if (error instanceof errors.ResponseError && error.code === types.responseErrorCodes.unauthorized)
    return `${error.message}. Grant that to the user, or have somebody run the command who may.`;
  if (error instanceof errors.ArgumentError)
    return `${error.message.replace(/\.?$/, '.')} Mend localDataCenter.`;
  return tlsProblem(error);
}

function isRefusedLogin(error: Error): boolean {
  if (error instanceof errors.AuthenticationError) return true;
  return error instanceof errors.ResponseError && error.code === types.responseErrorCodes.badCredentials;
}
