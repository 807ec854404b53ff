/**
 * Completes what is sent to a subgraph that knows an interface as an object. Where an operation asks it for fields of
 * several of the interface's types, the planner makes one fetch of them, but forgets all types but one (seen).
 */
import { Kind, parse, visit } from 'graphql';
import type { RequiresSelection, Rewrite } from '../../src/engine/query-plan.ts';

/** Names of the types that an operation's fragments are on. */
export function typesNamedIn(operationText: string): ReadonlySet<string> {
  const names = new Set<string>();
  visit(parse(operationText, { noLocation: true }), {
    [Kind.NAMED_TYPE]: ({ name }: { readonly name: { readonly value: string } }) => {
      names.add(name.value);
    },
  });
  return names;
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
  named: ReadonlySet<string>,
  possibleTypes: ReadonlyMap<string, ReadonlySet<string>>,
): readonly RequiresSelection[] {
  const types = sentAs === null ? undefined : possibleTypes.get(sentAs);
  const [only] = requires;
  if (types === undefined || requires.length !== 1 || only?.kind !== 'types' || !types.has(only.name)) {
    return requires;
  }
  const forgotten = [...types].filter((type) => type !== only.name && named.has(type));
  return [only, ...forgotten.map((name) => ({ ...only, name }))];
}
