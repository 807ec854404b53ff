/**
 * Refuses a graph that the planner cannot bear: where two `@requires` of a type ask for one nested field with
 * different arguments, planning both at once ends the whole process, and no error can be caught. (The other way
 * there, a client's alias, is closed by the engine, which hands the planner no client alias.)
 */
import { Kind, parse, print, type SelectionSetNode } from 'graphql';
import { FeaturegraphError } from '../../src/core/errors.ts';
import type { SupergraphFacts } from '../supergraph-facts.ts';

/** @throws FeaturegraphError that names the type and the field. */
export function refuseUnplannable(facts: SupergraphFacts): void {
  const byType = new Map<string, Map<string, string>>();
  for (const { coordinate, text } of facts.requiresTexts) {
    const type = coordinate.split('.')[0] as string;
    const known = byType.get(type) ?? new Map<string, string>();
    byType.set(type, known);
    const definition = parse(`{${text}}`, { noLocation: true }).definitions[0];
    if (definition?.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const [path, args] of nestedFields(definition.selectionSet, '')) {
      const before = known.get(path);
      if (before !== undefined && before !== args) {
        throw new FeaturegraphError(
          'INTERNAL_SERVER_ERROR',
          `The @requires of ${coordinate} asks for ${path}${args || ' without arguments'}, another of ${type} for ${path}${before || ' without arguments'}; expected the same arguments for a nested field. Give ${type} a field of its own for one of them.`,
        );
      }
      known.set(path, args);
    }
  }
}

function* nestedFields(
  selectionSet: SelectionSetNode,
  prefix: string,
): Generator<[path: string, args: string]> {
  for (const selection of selectionSet.selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      yield* nestedFields(selection.selectionSet, prefix);
      continue;
    }
    const path = prefix + selection.name.value;
    const args = (selection.arguments ?? []).map(print).sort().join(', ');
    if (prefix !== '') yield [path, args === '' ? '' : `(${args})`];
    if (selection.selectionSet !== undefined) yield* nestedFields(selection.selectionSet, `${path}.`);
  }
}
