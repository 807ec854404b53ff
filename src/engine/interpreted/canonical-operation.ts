/**
 * Rewrites the client's operation into the one that is planned: introspection is split off, and aliases get a
 * prefix. The planner mistakes a client's alias for a field of the same name that a nested `@requires` brings
 * in; with the prefix no client text can be such a name.
 */
import {
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';

/** No field name starts so; a name in two underscores would be GraphQL's own. */
const ALIAS_PREFIX = '_as_';

export interface CanonicalOperation {
  /** The operation alone with the fragments it uses; `null` when there is nothing to fetch. */
  readonly planned: DocumentNode | null;
  /** The part for `__schema` and `__type`; `null` when not asked. */
  readonly introspection: DocumentNode | null;
}

/** Where the value of a client's field stands in the merged tree. Root fields keep their key. */
export function sourceKeyOf(field: FieldNode, isRoot: boolean): string {
  const responseKey = (field.alias ?? field.name).value;
  if (isRoot || field.name.value === '__typename') return responseKey;
  const isPlain = responseKey === field.name.value && !field.arguments?.length;
  return isPlain ? responseKey : ALIAS_PREFIX + responseKey;
}

/** The client's name for a key of the merged tree. */
export function responseKeyOf(sourceKey: string): string {
  return sourceKey.startsWith(ALIAS_PREFIX) ? sourceKey.slice(ALIAS_PREFIX.length) : sourceKey;
}

export function canonicalOperation(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CanonicalOperation {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const root = inlineFragments(operation.selectionSet, fragments);
  const data = keepFields(root, (field) => !field.name.value.startsWith('__'));
  const introspection = keepFields(root, isIntrospection);
  return {
    planned: data && documentOf(operation, renameBelowRoot(data), fragments, renameField),
    introspection: introspection && documentOf(operation, introspection, fragments, null),
  };
}

export function isIntrospection(field: FieldNode): boolean {
  return field.name.value === '__schema' || field.name.value === '__type';
}

/** Root fields are told apart by name, so fragments at the root must be opened. */
function inlineFragments(
  selectionSet: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): SelectionSetNode {
  const selections = selectionSet.selections.map((selection): SelectionNode => {
    if (selection.kind === Kind.FIELD) return selection;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return { ...selection, selectionSet: inlineFragments(selection.selectionSet, fragments) };
    }
    const fragment = fragments.get(selection.name.value) as FragmentDefinitionNode;
    return {
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: fragment.typeCondition,
      directives: selection.directives ?? [],
      selectionSet: inlineFragments(fragment.selectionSet, fragments),
    };
  });
  return { ...selectionSet, selections };
}

function keepFields(
  selectionSet: SelectionSetNode,
  keep: (field: FieldNode) => boolean,
): SelectionSetNode | null {
  const selections = selectionSet.selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return keep(selection) ? [selection] : [];
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection];
    const kept = keepFields(selection.selectionSet, keep);
    return kept === null ? [] : [{ ...selection, selectionSet: kept }];
  });
  return selections.length === 0 ? null : { ...selectionSet, selections };
}

function renameBelowRoot(selectionSet: SelectionSetNode): SelectionSetNode {
  const selections = selectionSet.selections.map((selection): SelectionNode => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return { ...selection, selectionSet: renameBelowRoot(selection.selectionSet) };
    }
    if (selection.selectionSet === undefined) return selection;
    return { ...selection, selectionSet: visit(selection.selectionSet, { Field: renameField }) };
  });
  return { ...selectionSet, selections };
}

function renameField(field: FieldNode): FieldNode | undefined {
  const key = sourceKeyOf(field, false);
  if (key === (field.alias ?? field.name).value) return undefined;
  return { ...field, alias: { kind: Kind.NAME, value: key } };
}

function documentOf(
  operation: OperationDefinitionNode,
  selectionSet: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  rename: ((field: FieldNode) => FieldNode | undefined) | null,
): DocumentNode {
  const used = new Map<string, FragmentDefinitionNode>();
  collectFragments(selectionSet, fragments, used);
  const variables = new Set<string>();
  const collect = { Variable: (node: { name: { value: string } }) => void variables.add(node.name.value) };
  visit(selectionSet, collect);
  const definitions: DefinitionNode[] = [];
  for (const fragment of used.values()) {
    visit(fragment, collect);
    definitions.push(rename === null ? fragment : visit(fragment, { Field: rename }));
  }
  const variableDefinitions = operation.variableDefinitions?.filter((definition) =>
    variables.has(definition.variable.name.value),
  );
  const planned = { ...operation, selectionSet, variableDefinitions: variableDefinitions ?? [] };
  return { kind: Kind.DOCUMENT, definitions: [planned, ...definitions] };
}

function collectFragments(
  selectionSet: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  used: Map<string, FragmentDefinitionNode>,
): void {
  visit(selectionSet, {
    FragmentSpread(spread) {
      const fragment = fragments.get(spread.name.value);
      if (fragment === undefined || used.has(spread.name.value)) return;
      used.set(spread.name.value, fragment);
      collectFragments(fragment.selectionSet, fragments, used);
    },
  });
}
