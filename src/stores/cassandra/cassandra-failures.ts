import { errors, types } from 'cassandra-driver';
import type { StoreFailure } from '../online-store.ts';
import { TooLate } from './cassandra-client.ts';

/** What an error of the driver means for the key that it came for. */
export function cassandraFailure(error: Error): StoreFailure {
  return { failed: isTimeout(error) ? 'TIMEOUT' : 'UNAVAILABLE', detail: describeFailure(error) };
}

/** The driver tells of nodes that it asked; of those that it knows to be down it says nothing. */
export function describeFailure(error: Error): string {
  const isUnasked =
    error instanceof errors.NoHostAvailableError && Object.keys(error.innerErrors ?? {}).length === 0;
  return isUnasked ? 'no node can be reached; connections are tried again and again' : error.message;
}

function isTimeout(error: unknown): boolean {
  if (error instanceof TooLate || error instanceof errors.OperationTimedOutError) return true;
  if (error instanceof errors.ResponseError) {
    const { readTimeout, writeTimeout } = types.responseErrorCodes;
    return error.code === readTimeout || error.code === writeTimeout;
  }
  if (!(error instanceof errors.NoHostAvailableError)) return false;
  const inner = Object.values(error.innerErrors ?? {});
  return inner.length > 0 && inner.every(isTimeout);
}
