/** Which of a document's operations is meant. */
import { type DocumentNode, getOperationAST, Kind, type OperationDefinitionNode } from 'graphql';
import { FeaturegraphError } from '../core/errors.ts';

/** Of a name that a client sent, and of names of its document. */
const NAME_SHOWN = 80;
const NAMES_SHOWN = 10;

/**
 * @param operationName `null` where there is only one.
 * @throws FeaturegraphError OPERATION_RESOLUTION_FAILURE, OPERATION_NOT_SUPPORTED
 */
export function selectOperation(
  document: DocumentNode,
  operationName: string | null,
): OperationDefinitionNode {
  const operation = getOperationAST(document, operationName);
  if (operation === null || operation === undefined) {
    const what =
      operationName === null
        ? 'The document has several operations and none was named'
        : `The document has no operation named "${operationName.slice(0, NAME_SHOWN)}"`;
    throw new FeaturegraphError(
      'OPERATION_RESOLUTION_FAILURE',
      `${what}; expected operationName to be one of ${namesOf(document)}.`,
    );
  }
  if (operation.operation === 'subscription')
    throw new FeaturegraphError(
      'OPERATION_NOT_SUPPORTED',
      'Subscriptions are not served; ask by a query, again when needed.',
    );
  return operation;
}

function namesOf({ definitions }: DocumentNode): string {
  const names = definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION && definition.name !== undefined
      ? [definition.name.value.slice(0, NAME_SHOWN)]
      : [],
  );
  if (names.length === 0) return 'its names, of which it has none: leave operationName out';
  return names.slice(0, NAMES_SHOWN).join(', ') + (names.length > NAMES_SHOWN ? ', …' : '');
}
