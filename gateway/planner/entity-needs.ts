/**
 * What a subgraph needs of an entity before it is asked: a whole key, and inputs per `@requires` field. The
 * planner mixes both in one selection, but they fail differently: without a key nothing can be asked, while a
 * failed input costs only the fields computed from it.
 */
import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import type {
  Dependent,
  FieldSet,
  FieldSetEntry,
  RequiresSelection,
  TypeKey,
} from '../../src/engine/query-plan.ts';
import type { SupergraphFacts } from '../supergraph-facts.ts';

/** The subgraph's keys, of the types selected, that the selection covers in whole. */
export function keysOf(
  facts: SupergraphFacts,
  subgraph: string,
  requires: readonly RequiresSelection[],
): TypeKey[] {
  const keys: TypeKey[] = [];
  const ofSubgraph = facts.keys.get(subgraph);
  for (const selection of requires) {
    if (selection.kind !== 'types') continue;
    // An interface object is asked for by the interface's key, under the name of a type that implements it.
    for (const [type, fieldSets] of ofSubgraph ?? []) {
      const related =
        type === selection.name ||
        facts.possibleTypes.get(type)?.has(selection.name) ||
        facts.possibleTypes.get(selection.name)?.has(type);
      if (!related) continue;
      for (const fields of fieldSets) {
        if (covers(selection.selections, fields)) keys.push({ type: selection.name, fields });
      }
    }
  }
  return keys;
}

function covers(selections: readonly RequiresSelection[], fields: FieldSet): boolean {
  return fields.every((field) => coversField(selections, field));
}

function coversField(selections: readonly RequiresSelection[], field: FieldSetEntry): boolean {
  return selections.some((selection) => {
    if (selection.kind === 'types') return coversField(selection.selections, field);
    if (selection.responseKey !== field.name) return false;
    return field.fields === null || covers(selection.selections ?? [], field.fields);
  });
}

/** Fields of the fetch's document that the subgraph computes from `@requires` inputs. */
export function dependentsOf(
  facts: SupergraphFacts,
  subgraph: string,
  document: DocumentNode,
  responseKey: string,
): Dependent[] {
  const requires = facts.requires.get(subgraph);
  if (requires === undefined) return [];
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const dependents: Dependent[] = [];
  const visit = (selectionSet: SelectionSetNode, type: string | null): void => {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) {
        const inputs = type === null ? undefined : requires.get(`${type}.${selection.name.value}`);
        if (type !== null && inputs !== undefined) {
          dependents.push({ type, responseKey: (selection.alias ?? selection.name).value, inputs });
        }
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        visit(selection.selectionSet, selection.typeCondition?.name.value ?? type);
      } else {
        const fragment = fragments.get(selection.name.value);
        if (fragment !== undefined) visit(fragment.selectionSet, fragment.typeCondition.name.value);
      }
    }
  };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const selection of definition.selectionSet.selections) {
      if (selection.kind !== Kind.FIELD || selection.selectionSet === undefined) continue;
      if ((selection.alias ?? selection.name).value === responseKey) visit(selection.selectionSet, null);
    }
  }
  return dependents;
}
