/**
 * Completes what is sent to a subgraph that knows an interface as an object. The planner makes one fetch of what an
 * operation asks it for, but forgets types of the interface there, and that the type may not be known yet (both seen).
 */
import { Kind, parse, type SelectionSetNode } from 'graphql';
import type { RequiresSelection, Rewrite } from '../../src/engine/query-plan.ts';
import type { SupergraphFacts } from '../supergraph-facts.ts';
import { rootOf } from './interface-keys.ts';

/** The types that an operation asks for fields of. */
export interface AskedTypes {
  /** Types that fragments are on. */
  readonly named: ReadonlySet<string>;
  /** Interfaces of which fields are asked whatever the type of the object; those of a key alone do not count. */
  readonly whole: ReadonlySet<string>;
}

export function askedTypesIn(operationText: string, facts: SupergraphFacts): AskedTypes {
  const named = new Set<string>();
  const whole = new Set<string>();
  const keys = keyFieldsOf(facts);
  const visit = (selectionSet: SelectionSetNode, type: string): void => {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value;
        if (condition !== undefined) named.add(condition);
        visit(selection.selectionSet, condition ?? type);
        continue;
      }
      const { name, selectionSet: inner } = selection;
      const asksKey = name.value === '__typename' || keys.has(`${type}.${name.value}`);
      if (facts.possibleTypes.has(type) && !asksKey) whole.add(type);
      if (inner !== undefined) visit(inner, facts.fieldTypes.get(`${type}.${name.value}`) ?? '');
    }
  };
  for (const definition of parse(operationText, { noLocation: true }).definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) named.add(definition.typeCondition.name.value);
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION)
      continue;
    visit(definition.selectionSet, rootOf(definition));
  }
  return { named, whole };
}

function keyFieldsOf({ keys }: SupergraphFacts): Set<string> {
  const fields = new Set<string>();
  for (const ofSubgraph of keys.values()) {
    for (const [type, fieldSets] of ofSubgraph) {
      for (const { name } of fieldSets.flat()) fields.add(`${type}.${name}`);
    }
  }
  return fields;
}

/** The interface under whose name entities are sent; `null` where they are sent under their own. */
export function interfaceOf(inputRewrites: readonly Rewrite[]): string | null {
  for (const rewrite of inputRewrites) {
    const last = rewrite.path.at(-1);
    const isName = last?.kind === 'field' && last.name === '__typename' && rewrite.path.length <= 2;
    if (rewrite.kind === 'setValue' && isName && typeof rewrite.value === 'string') return rewrite.value;
  }
  return null;
}

export function ofAllTypes(
  requires: readonly RequiresSelection[],
  sentAs: string | null,
  { named, whole }: AskedTypes,
  possibleTypes: ReadonlyMap<string, ReadonlySet<string>>,
): readonly RequiresSelection[] {
  const types = sentAs === null ? undefined : possibleTypes.get(sentAs);
  const [only] = requires;
  if (sentAs === null || types === undefined || only?.kind !== 'types') return requires;
  if (!requires.every((one) => one.kind === 'types' && types.has(one.name))) return requires;
  if (whole.has(sentAs)) return [{ ...only, name: sentAs, selections: allSelections(requires) }];
  if (requires.length !== 1) return requires;
  const forgotten = [...types].filter((type) => type !== only.name && named.has(type));
  return [only, ...forgotten.map((name) => ({ ...only, name }))];
}

function allSelections(requires: readonly RequiresSelection[]): RequiresSelection[] {
  const all = requires.flatMap((one) => (one.kind === 'types' ? one.selections : []));
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}
