import { type ConstDirectiveNode, Kind } from 'graphql';
import { directiveTexts, type Hint, type HintedSubgraph, typesOf } from './hint.ts';

/** A further `@key` by which no other subgraph knows the entity: it costs a resolver and helps nobody. */
export const unusedKeys: Hint = {
  name: 'unused-keys',
  find(subgraphs, tell) {
    for (const subgraph of subgraphs) {
      for (const type of typesOf(subgraph)) {
        const keys = (type.directives ?? []).filter(({ name }) => name.value === 'key');
        // The first key is the entity's own: rows are stored by it.
        for (const node of keys.slice(1)) {
          const text = textOf(node);
          if (text === '' || isKnownElsewhere(subgraphs, subgraph.name, type.name.value, text)) continue;
          tell(subgraph, node, {
            coordinate: type.name.value,
            message: `No other subgraph knows ${type.name.value} by the key "${text}".`,
            mend: 'Take the key away, or let another subgraph lead to the entity by it.',
          });
        }
      }
    }
  },
};

function textOf(node: ConstDirectiveNode): string {
  const value = node.arguments?.find(({ name }) => name.value === 'fields')?.value;
  return value?.kind === Kind.STRING ? normalized(value.value) : '';
}

function isKnownElsewhere(
  subgraphs: readonly HintedSubgraph[],
  here: string,
  typeName: string,
  key: string,
): boolean {
  return subgraphs
    .filter(({ name }) => name !== here)
    .flatMap(typesOf)
    .filter(({ name }) => name.value === typeName)
    .some((type) => directiveTexts(type, 'key', 'fields').some((text) => normalized(text) === key));
}

/** In the order of names, so that `"a b"` is `"b a"`. */
function normalized(fields: string): string {
  return fields.includes('{')
    ? fields.replace(/\s+/g, ' ').trim()
    : fields.trim().split(/\s+/).toSorted().join(' ');
}
