/**
 * Asks a subgraph that knows an interface as an object for the object's key wherever it is asked for the object. The
 * planner goes on from there to find out the real type, but forgets the key that this takes (seen).
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { SupergraphFacts } from '../supergraph-facts.ts';

/** @returns the same document where nothing is to change. */
export function withInterfaceKeys(
  document: DocumentNode,
  subgraph: string,
  facts: SupergraphFacts,
): DocumentNode {
  const interfaces = facts.interfaceObjects.get(subgraph);
  if (interfaces === undefined) return document;
  let isChanged = false;
  const complete = (selectionSet: SelectionSetNode, type: string): SelectionSetNode => {
    const selections = selectionSet.selections.map((selection): SelectionNode => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value ?? type;
        return { ...selection, selectionSet: complete(selection.selectionSet, condition) };
      }
      if (selection.selectionSet === undefined) return selection;
      const inner = facts.fieldTypes.get(`${type}.${selection.name.value}`) ?? '';
      const completed = complete(selection.selectionSet, inner);
      const missing = interfaces.has(inner) ? missingKey(completed, subgraph, inner, facts) : [];
      if (missing.length > 0) isChanged = true;
      return {
        ...selection,
        selectionSet: { ...completed, selections: [...completed.selections, ...missing] },
      };
    });
    return { ...selectionSet, selections };
  };
  const definitions = document.definitions.map((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) {
      return definition;
    }
    return { ...definition, selectionSet: complete(definition.selectionSet, rootOf(definition)) };
  });
  return isChanged ? { ...document, definitions } : document;
}

/** The type that a definition's selections are on. */
export function rootOf(definition: OperationDefinitionNode | FragmentDefinitionNode): string {
  if (definition.kind === Kind.FRAGMENT_DEFINITION) return definition.typeCondition.name.value;
  return definition.operation === 'mutation' ? 'Mutation' : 'Query';
}

/** Of the first key that is made of plain fields, what is not selected yet. */
function missingKey(
  { selections }: SelectionSetNode,
  subgraph: string,
  type: string,
  facts: SupergraphFacts,
): FieldNode[] {
  const keys = facts.keys.get(subgraph)?.get(type) ?? [];
  const key = keys.find((fields) => fields.every((field) => field.fields === null)) ?? [];
  return ['__typename', ...key.map(({ name }) => name)]
    .filter(
      (name) => !selections.some((one) => one.kind === Kind.FIELD && !one.alias && one.name.value === name),
    )
    .map((name) => ({ kind: Kind.FIELD, name: { kind: Kind.NAME, value: name } }));
}
