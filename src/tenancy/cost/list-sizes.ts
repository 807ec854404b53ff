/**
 * What the schema's owners say of cost: `@cost(weight)` of a field, and `@listSize(assumedSize)` of a list that no key
 * bounds. Read from the SDL of the supergraph, in which both are kept.
 */
import { type DirectiveNode, type DocumentNode, Kind, valueFromASTUntyped } from 'graphql';

export interface ListSizes {
  /** `Type.field` → units that one value of it costs beside what it reads. */
  readonly weights: ReadonlyMap<string, number>;
  /** `Type.field` → how many items its list is taken to have. */
  readonly assumedSizes: ReadonlyMap<string, number>;
}

/** Of a list that says nothing of its size. */
export const LIST_SIZE_DEFAULT = 10;

export function readListSizes(supergraph: DocumentNode): ListSizes {
  const weights = new Map<string, number>();
  const assumedSizes = new Map<string, number>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION)
      continue;
    for (const field of definition.fields ?? []) {
      const coordinate = `${definition.name.value}.${field.name.value}`;
      const weight = numberOf(field.directives, /(^|__)cost$/, 'weight');
      const size = numberOf(field.directives, /(^|__)listSize$/, 'assumedSize');
      // A negative one would make a document cheaper by asking for more.
      if (weight !== null) weights.set(coordinate, Math.max(0, weight));
      if (size !== null) assumedSizes.set(coordinate, Math.max(1, size));
    }
  }
  return { weights, assumedSizes };
}

function numberOf(
  directives: readonly DirectiveNode[] | undefined,
  name: RegExp,
  argument: string,
): number | null {
  const directive = directives?.find((one) => name.test(one.name.value));
  const value = directive?.arguments?.find((one) => one.name.value === argument)?.value;
  if (value === undefined) return null;
  const number = Number(valueFromASTUntyped(value));
  return Number.isFinite(number) ? number : null;
}
