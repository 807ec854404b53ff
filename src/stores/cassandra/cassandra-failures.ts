import { errors, types } from 'cassandra-driver';
import type { StoreFailure } from '../online-store.ts';
import { TooLate } from './cassandra-client.ts';

/** What an error of the driver means for the key that it came for. */
export function cassandraFailure(error: Error): StoreFailure {
  return { failed: isTimeout(error) ? 'TIMEOUT' : 'UNAVAILABLE', detail: describeFailure(error) };
}

/**
 * As `cassandraFailure`, for a write: TIMEOUT also where nobody knows whether it happened, because it was sent and the
 * connection ended before its answer, or because some replicas took it.
 */
export function cassandraWriteFailure(error: Error): StoreFailure {
  const failure = cassandraFailure(error);
  return mayHaveHappened(error) ? { ...failure, failed: 'TIMEOUT' } : failure;
}

function mayHaveHappened(error: unknown): boolean {
  if (error instanceof errors.NoHostAvailableError) {
    return Object.values(error.innerErrors ?? {}).some(mayHaveHappened);
  }
  if (error instanceof errors.ResponseError) {
    const { serverError, writeFailure } = types.responseErrorCodes;
    return error.code === serverError || error.code === writeFailure;
  }
  // As the driver marks them.
  const { isSocketError, requestNotWritten } = error as {
    readonly isSocketError?: boolean;
    readonly requestNotWritten?: boolean;
  };
  return isSocketError === true && requestNotWritten !== true;
}

/** Nodes told by name: more of a large cluster say nothing new. */
const NODES_TOLD = 3;

/** In one line. The driver tells of nodes that it asked; of those that it knows to be down it says nothing. */
export function describeFailure(error: Error): string {
  if (!(error instanceof errors.NoHostAvailableError)) return messageOf(error);
  const asked = Object.entries(error.innerErrors ?? {}) as [string, NodeJS.ErrnoException][];
  if (asked.length === 0) return 'no node can be reached; connections are tried again and again';
  const told = asked
    .slice(0, NODES_TOLD)
    .map(([node, told]) => `${node} (${typeof told.code === 'string' ? told.code : messageOf(told)})`);
  const more = asked.length > NODES_TOLD ? ` and ${asked.length - NODES_TOLD} more` : '';
  return `no node answers: ${told.join(', ')}${more}`;
}

/** The driver prepares again what a server forgot, and hides why that failed behind the server's first answer. */
function messageOf({ message }: Error): string {
  if (!message.startsWith('Prepared query with ID')) return message;
  return 'a statement that it knew can be prepared no more, so its table or keyspace was dropped or changed';
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
