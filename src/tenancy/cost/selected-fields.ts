/** Names of the fields that a selection asks of a type, fragments opened; each fragment is looked at once for a type. */
import { type GraphQLSchema, isAbstractType, isObjectType, Kind, type SelectionSetNode } from 'graphql';
import type { Fragments } from './count-nodes.ts';

export class SelectedFields {
  readonly #schema: GraphQLSchema;
  readonly #fragments: Fragments;
  readonly #known = new Map<string, ReadonlySet<string>>();

  constructor(schema: GraphQLSchema, fragments: Fragments) {
    this.#schema = schema;
    this.#fragments = fragments;
  }

  /** @returns a set for each object type that may stand there. */
  of(selectionSet: SelectionSetNode, typeName: string): ReadonlyMap<string, ReadonlySet<string>> {
    const byType = new Map<string, ReadonlySet<string>>();
    for (const type of this.#objectTypes(typeName)) {
      const names = new Set<string>();
      this.#collect(selectionSet, type, names);
      byType.set(type, names);
    }
    return byType;
  }

  #collect(selectionSet: SelectionSetNode, type: string, into: Set<string>): void {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) into.add(selection.name.value);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        for (const name of this.#ofFragment(selection.name.value, type)) into.add(name);
      } else if (this.#applies(selection.typeCondition?.name.value, type)) {
        this.#collect(selection.selectionSet, type, into);
      }
    }
  }

  #ofFragment(name: string, type: string): ReadonlySet<string> {
    const key = `${name} ${type}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const names = new Set<string>();
    this.#known.set(key, names);
    const fragment = this.#fragments.get(name);
    if (fragment !== undefined && this.#applies(fragment.typeCondition.name.value, type))
      this.#collect(fragment.selectionSet, type, names);
    return names;
  }

  #applies(condition: string | undefined, type: string): boolean {
    return condition === undefined || this.#objectTypes(condition).includes(type);
  }

  #objectTypes(typeName: string): readonly string[] {
    const type = this.#schema.getType(typeName);
    if (isAbstractType(type)) return this.#schema.getPossibleTypes(type).map(({ name }) => name);
    return isObjectType(type) ? [type.name] : [];
  }
}
