import {
  type Hint,
  type HintedSubgraph,
  hasDirective,
  isRoot,
  membersOf,
  type TypeNodes,
  typesOf,
} from './hint.ts';

/**
 * A struct, enum or input that another subgraph defines with other members. Among domains of ours it is a mistake; a
 * subgraph from elsewhere composes with it, and what is missing on one side is missing, or null, without a word.
 */
export const differingValueTypes: Hint = {
  name: 'differing-value-types',
  find(subgraphs, tell) {
    for (const [here, type, others] of sharedTypes(subgraphs)) {
      const own = new Set(membersOf(type).map(({ node }) => node.name.value));
      for (const [there, other] of others) {
        const theirs = new Set(membersOf(other).map(({ node }) => node.name.value));
        const missing = [...theirs].filter((name) => !own.has(name));
        const more = [...own].filter((name) => !theirs.has(name));
        if (missing.length + more.length === 0) continue;
        const parts = [
          ...(missing.length === 0 ? [] : [`lacks ${missing.join(', ')}`]),
          ...(more.length === 0 ? [] : [`has ${more.join(', ')} besides`]),
        ];
        tell(here, type.name, {
          coordinate: type.name.value,
          message: `Compared with ${there.file}, ${type.name.value} ${parts.join(' and ')} here.`,
          mend: 'Make both equal, or give one of the two another name.',
        });
      }
    }
  },
};

/** Each value type of a subgraph, with its definitions in the others. */
export function* sharedTypes(
  subgraphs: readonly HintedSubgraph[],
): Generator<[HintedSubgraph, TypeNodes, (readonly [HintedSubgraph, TypeNodes])[]]> {
  for (const here of subgraphs) {
    for (const type of typesOf(here)) {
      if (isRoot(type) || hasDirective(type, 'key')) continue;
      const others = subgraphs
        .filter(({ name }) => name !== here.name)
        .flatMap((there) =>
          typesOf(there)
            .filter(({ name, kind }) => name.value === type.name.value && kind === type.kind)
            .map((other) => [there, other] as const),
        );
      if (others.length > 0) yield [here, type, others];
    }
  }
}
