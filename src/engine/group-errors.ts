/**
 * Groups the errors of an answer: one entry per cause and reason, so that a dead store is one error and not
 * thousands. Every value's status is still told beside the data.
 */
import type { GraphQLFormattedError } from 'graphql';

/** Errors of the request itself beyond these help nobody, and each costs bytes. */
export const REQUEST_ERRORS_MAX = 20;

/** What an error can be the fault of, in the order in which it is told. */
const CAUSES = ['view', 'transform', 'subgraph', 'entity', 'field'] as const;

interface Group {
  readonly first: GraphQLFormattedError;
  count: number;
  readonly indexes: Set<number>;
}

/**
 * @param errors one per failed value, in the order of the answer.
 * @returns in the order of first appearance. A group has the first error's message and path, and in its
 *   extensions `count` (values) and `indexes` (first list index of each path, distinct, ascending; left out
 *   where no path leads through a list). An error without a view, transform or subgraph stays as it is.
 */
export function groupErrors(errors: readonly GraphQLFormattedError[]): GraphQLFormattedError[] {
  const groups = new Map<string, Group>();
  const order: (Group | GraphQLFormattedError)[] = [];
  let requestErrors = 0;
  for (const error of errors) {
    const cause = causeOf(error);
    if (cause === null) {
      if (error.path === undefined) requestErrors += 1;
      if (error.path !== undefined || requestErrors <= REQUEST_ERRORS_MAX) order.push(error);
      continue;
    }
    let group = groups.get(cause);
    if (group === undefined) {
      group = { first: error, count: 0, indexes: new Set() };
      groups.set(cause, group);
      order.push(group);
    }
    group.count += 1;
    const index = error.path?.find((key) => typeof key === 'number');
    if (index !== undefined) group.indexes.add(index);
  }
  return order.map((entry) => ('first' in entry ? entryOf(entry) : entry));
}

/** @returns a text that is the same for all errors of one cause and reason; `null` where no cause is told. */
function causeOf(error: GraphQLFormattedError): string | null {
  const { extensions } = error;
  if (extensions === undefined) return null;
  for (const cause of CAUSES) {
    const name = extensions[cause];
    if (typeof name === 'string') return `${cause}\0${name}\0${String(extensions.code)}`;
  }
  return null;
}

function entryOf({ first, count, indexes }: Group): GraphQLFormattedError {
  const extensions: Record<string, unknown> = { ...first.extensions, count };
  if (indexes.size > 0) extensions.indexes = [...indexes].sort((a, b) => a - b);
  return { ...first, extensions };
}
