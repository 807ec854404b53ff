/**
 * Rewrites the client's operation into the one that is planned: introspection is split off, and aliases get a
 * prefix. The planner mistakes a client's alias for a field of the same name that a nested `@requires` brings
 * in, and then plans wrongly or even ends the process (seen); with the prefix no client text can be such a name.
 */
import {
  type ASTNode,
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';

/** No field name starts so; a name in two underscores would be GraphQL's own. */
const ALIAS_PREFIX = '_as_';

/** Values of @skip and @include variables that are decided already. */
export type Choice = Readonly<Record<string, boolean | undefined>>;

export interface CanonicalOperation {
  /** The operation alone with the fragments it uses; `null` when there is nothing to fetch. */
  readonly planned: DocumentNode | null;
  /** The part for `__schema` and `__type`; `null` when not asked. */
  readonly introspection: DocumentNode | null;
}

/**
 * Where the value of a client's field stands in the merged tree. Root fields keep their key, because nothing
 * can require them; a field that takes arguments never stands under its own name, because a `@requires` may
 * ask for it with others.
 */
export function sourceKeyOf(field: FieldNode, isRoot: boolean, takesArguments: ReadonlySet<string>): string {
  const responseKey = (field.alias ?? field.name).value;
  if (isRoot) return responseKey;
  const isPlain = responseKey === field.name.value && !takesArguments.has(field.name.value);
  return isPlain ? responseKey : ALIAS_PREFIX + responseKey;
}

/** Names of the fields that take arguments, whatever their type. */
export function fieldsWithArguments(schema: GraphQLSchema): ReadonlySet<string> {
  const names = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) if (field.args.length > 0) names.add(field.name);
  }
  return names;
}

/** The client's name for a key of the merged tree. */
export function responseKeyOf(sourceKey: string): string {
  return sourceKey.startsWith(ALIAS_PREFIX) ? sourceKey.slice(ALIAS_PREFIX.length) : sourceKey;
}

export function canonicalOperation(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  takesArguments: ReadonlySet<string>,
  choice: Choice,
): CanonicalOperation {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, prune(definition, choice));
  }
  const root = prune(inlineFragments(operation.selectionSet, fragments), choice);
  const renameField = (field: FieldNode): FieldNode | undefined => rename(field, takesArguments);
  const data = keepFields(root, (field) => !field.name.value.startsWith('__'));
  const introspection = keepFields(root, isIntrospection);
  return {
    planned: data && documentOf(operation, renameBelowRoot(data, renameField), fragments, renameField),
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

type RenameField = (field: FieldNode) => FieldNode | undefined;

function renameBelowRoot(selectionSet: SelectionSetNode, renameField: RenameField): SelectionSetNode {
  const selections = selectionSet.selections.map((selection): SelectionNode => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return { ...selection, selectionSet: renameBelowRoot(selection.selectionSet, renameField) };
    }
    if (selection.selectionSet === undefined) return selection;
    return { ...selection, selectionSet: visit(selection.selectionSet, { Field: renameField }) };
  });
  return { ...selectionSet, selections };
}

function rename(field: FieldNode, takesArguments: ReadonlySet<string>): FieldNode | undefined {
  if (field.name.value === '__typename') {
    // The projection knows every name for it; the tree needs it under its own.
    const { alias, ...plain } = field;
    return alias === undefined ? undefined : plain;
  }
  const key = sourceKeyOf(field, false, takesArguments);
  if (key === (field.alias ?? field.name).value) return undefined;
  return { ...field, alias: { kind: Kind.NAME, value: key } };
}

/** Takes out every @skip and @include that is decided: the planner has no plan for nothing. */
function prune<Node extends ASTNode>(node: Node, choice: Choice): Node {
  const enter = <Selection extends SelectionNode>(selection: Selection): Selection | null | undefined => {
    const { directives = [] } = selection;
    const verdicts = directives.map((directive) => verdictOf(directive, choice));
    if (verdicts.includes(false)) return null;
    if (!verdicts.includes(true)) return undefined;
    return { ...selection, directives: directives.filter((_, i) => verdicts[i] === undefined) };
  };
  return visit(node, {
    Field: enter,
    InlineFragment: enter,
    FragmentSpread: enter,
    SelectionSet: {
      leave(set): SelectionSetNode | undefined {
        return set.selections.length > 0 ? undefined : { ...set, selections: [TYPENAME] };
      },
    },
  });
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/** @returns whether the condition selects; `undefined` where it is not decided, or there is none. */
function verdictOf(directive: DirectiveNode, choice: Choice): boolean | undefined {
  const name = directive.name.value;
  if (name !== 'skip' && name !== 'include') return undefined;
  const value = directive.arguments?.[0]?.value;
  const condition =
    value?.kind === Kind.BOOLEAN
      ? value.value
      : value?.kind === Kind.VARIABLE
        ? choice[value.name.value]
        : undefined;
  return condition === undefined ? undefined : condition === (name === 'include');
}

function documentOf(
  operation: OperationDefinitionNode,
  selectionSet: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  renameField: RenameField | null,
): DocumentNode {
  const used = new Map<string, FragmentDefinitionNode>();
  collectFragments(selectionSet, fragments, used);
  const variables = new Set<string>();
  collectVariables(selectionSet, variables);
  const definitions: DefinitionNode[] = [];
  for (const fragment of used.values()) {
    collectVariables(fragment, variables);
    definitions.push(renameField === null ? fragment : visit(fragment, { Field: renameField }));
  }
  const variableDefinitions = operation.variableDefinitions?.filter((definition) =>
    variables.has(definition.variable.name.value),
  );
  const planned = { ...operation, selectionSet, variableDefinitions: variableDefinitions ?? [] };
  return { kind: Kind.DOCUMENT, definitions: [planned, ...definitions] };
}

function collectVariables(node: ASTNode, into: Set<string>): void {
  visit(node, {
    Variable(variable) {
      into.add(variable.name.value);
    },
  });
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
