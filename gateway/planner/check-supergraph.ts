/**
 * Checks what the planner takes on trust: that keys, inputs and provided fields exist, and that shares are shares. It
 * ends the whole process where they do not (seen; no error can be caught), and a supergraph may come from elsewhere.
 */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  GraphQLError,
  Kind,
  parse,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';
import { FeaturegraphError } from '../../src/core/errors.ts';
import { readGraphs } from '../supergraph-facts.ts';

type Fields = ReadonlyMap<string, FieldDefinitionNode>;

/** @throws FeaturegraphError that names the place. */
export function checkSupergraph(document: DocumentNode): void {
  const types = new Map<string, Fields>();
  for (const definition of document.definitions) {
    if (
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION
    ) {
      const fields = definition.fields?.map((field) => [field.name.value, field] as const) ?? [];
      types.set(definition.name.value, new Map(fields));
    } else if (definition.kind === Kind.UNION_TYPE_DEFINITION) types.set(definition.name.value, new Map());
  }
  const graphs = readGraphs(document);
  for (const definition of document.definitions) {
    if (
      definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
    ) {
      continue;
    }
    const type = definition.name.value;
    for (const directive of joins(definition.directives, graphs, type)) {
      checkFieldSet(directive, 'key', type, type, types);
    }
    for (const field of definition.fields ?? []) {
      const coordinate = `${type}.${field.name.value}`;
      for (const directive of joins(field.directives, graphs, coordinate)) {
        checkFieldSet(directive, 'requires', type, coordinate, types);
        checkFieldSet(directive, 'provides', namedType(field.type), coordinate, types);
        checkShare(directive, coordinate);
      }
    }
  }
}

function joins(
  directives: readonly ConstDirectiveNode[] | undefined,
  graphs: ReadonlyMap<string, unknown>,
  place: string,
): ConstDirectiveNode[] {
  const found = directives?.filter(({ name }) => /^join__(?:type|field)$/.test(name.value)) ?? [];
  for (const directive of found) {
    const graph = directive.arguments?.find(({ name }) => name.value === 'graph')?.value;
    if (graph?.kind === Kind.ENUM && !graphs.has(graph.value)) {
      throw broken(`${place} is of the subgraph ${graph.value}, which join__Graph does not have`);
    }
  }
  return found;
}

function checkFieldSet(
  directive: ConstDirectiveNode,
  argument: 'key' | 'requires' | 'provides',
  type: string,
  place: string,
  types: ReadonlyMap<string, Fields>,
): void {
  const text = textOf(directive, argument);
  if (text === null) return;
  const where = `the ${argument} "${text}" of ${place}`;
  let selectionSet: SelectionSetNode;
  try {
    const definition = parse(`{${text}}`, { noLocation: true }).definitions[0];
    if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new GraphQLError('it is no selection');
    selectionSet = definition.selectionSet;
  } catch (error) {
    throw broken(`${where} cannot be read: ${(error as Error).message}`);
  }
  checkSelections(selectionSet, type, where, types);
}

function checkSelections(
  selectionSet: SelectionSetNode,
  type: string,
  where: string,
  types: ReadonlyMap<string, Fields>,
): void {
  for (const selection of selectionSet.selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) throw broken(`${where} has a named fragment`);
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value ?? type;
      if (!types.has(condition)) throw broken(`${where} names the type ${condition}, which is not there`);
      checkSelections(selection.selectionSet, condition, where, types);
      continue;
    }
    const name = selection.name.value;
    if (name === '__typename') continue;
    const field = types.get(type)?.get(name);
    if (field === undefined) throw broken(`${where} names ${type}.${name}, which is not there`);
    if (selection.selectionSet === undefined) continue;
    checkSelections(selection.selectionSet, namedType(field.type), where, types);
  }
}

function checkShare(directive: ConstDirectiveNode, place: string): void {
  const label = textOf(directive, 'overrideLabel');
  const share = label === null ? undefined : /^percent\((.*)\)$/.exec(label)?.[1];
  if (share === undefined) return;
  if (!/^\d{1,3}(?:\.\d{1,8})?$/.test(share) || Number(share) > 100) {
    throw broken(`the label "${label}" of ${place} is no percentage from 0 to 100, of at most 8 decimals`);
  }
}

function textOf(directive: ConstDirectiveNode, argument: string): string | null {
  const value = directive.arguments?.find(({ name }) => name.value === argument)?.value;
  return value?.kind === Kind.STRING ? value.value : null;
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

function broken(what: string): FeaturegraphError {
  return new FeaturegraphError(
    'INTERNAL_SERVER_ERROR',
    `The supergraph contradicts itself: ${what}. Compose it again.`,
  );
}
