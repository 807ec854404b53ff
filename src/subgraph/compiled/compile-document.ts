/**
 * Makes a program of a document that a gateway asks this subgraph for: the same programs that answer clients where all
 * domains are in one process, with representations where those have lookups.
 */
import { type DocumentNode, isAbstractType, type OperationDefinitionNode } from 'graphql';
import { NotCompiled, type Reason } from '../../engine/compiled/not-compiled.ts';
import { compileRows } from '../../engine/compiled/rows/compile-rows.ts';
import type { RowProgram } from '../../engine/compiled/rows/row-program.ts';
import { fragmentsOf } from '../../engine/fragments-of.ts';
import { type Choice, canonicalOperation } from '../../engine/interpreted/canonical-operation.ts';
import type { FetchStep } from '../../engine/interpreted/compile-plan.ts';
import { Selection } from '../../engine/interpreted/projection-table.ts';
import { TypeConditions } from '../../engine/interpreted/type-conditions.ts';
import { NOTHING_DENIED } from '../../engine/protections.ts';
import type { Subgraph } from '../build-subgraph.ts';
import { mixesStatuses } from './mixes-statuses.ts';

export interface DocumentProgram {
  readonly program: RowProgram;
  /** Whether statuses of features stand among those of what has none: then programs do not tell them. */
  readonly mixesStatuses: boolean;
}

/** Under their own names: a document's aliases are its gateway's, and mean nothing here. */
const NO_ARGUMENTS: ReadonlySet<string> = new Set();

/** @param choice of its @skip and @include variables. */
export function compileDocument(
  subgraph: Subgraph,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  choice: Choice,
): DocumentProgram | Reason {
  if (operation.operation !== 'query') return 'NOT_A_QUERY';
  const { planned, introspection } = canonicalOperation(document, operation, NO_ARGUMENTS, choice);
  if (introspection !== null) return 'INTROSPECTION';
  if (planned === null) return 'NOTHING_FETCHED';
  const table = selectionOf(subgraph, document, operation, choice).only;
  if (table === null) return 'OTHER';
  try {
    const program = compileRows({
      plan: fetchOf(subgraph.name, planned),
      table,
      types: typesOf(subgraph),
      clients: new Map([[subgraph.name, { rows: subgraph }]]),
      hasDependents: false,
    });
    return { program, mixesStatuses: mixesStatuses(table) };
  } catch (error) {
    if (error instanceof NotCompiled) return error.reason;
    throw error;
  }
}

function selectionOf(
  { schema, isFeature }: Subgraph,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  choice: Choice,
): Selection {
  const source = {
    ...{ schema, isFeature, takesArguments: NO_ARGUMENTS, fragments: fragmentsOf(document) },
    ...{ owners: new Map<string, string>(), denied: NOTHING_DENIED },
  };
  const root = schema.getQueryType()?.name ?? '';
  const variables = choice as Readonly<Record<string, unknown>>;
  return new Selection(source, root, [operation.selectionSet], variables, true);
}

/** All of a document is fetched at once, of the subgraph itself. */
function fetchOf(subgraph: string, document: DocumentNode): FetchStep {
  return {
    kind: 'fetch',
    node: {
      ...{ kind: 'fetch', subgraph, variables: [], entities: [], outputRewrites: [] },
      document: { text: '', document, operationKind: 'query' },
    },
    ...{ supplied: [], entities: [] },
  };
}

function typesOf({ schema }: Subgraph): TypeConditions {
  const possible = new Map<string, ReadonlySet<string>>();
  for (const type of Object.values(schema.getTypeMap()))
    if (isAbstractType(type))
      possible.set(type.name, new Set(schema.getPossibleTypes(type).map(({ name }) => name)));
  return new TypeConditions(possible);
}
