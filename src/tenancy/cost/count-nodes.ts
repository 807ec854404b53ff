/** Nodes of an operation with its fragments opened, each fragment counted once: fast whatever they expand to. */
import { type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import { COST_MAX } from './operation-cost.ts';

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

export function countNodes(selectionSet: SelectionSetNode, fragments: Fragments): number {
  return new NodeCount(fragments).of(selectionSet);
}

class NodeCount {
  readonly #fragments: Fragments;
  readonly #known = new Map<string, number>();

  constructor(fragments: Fragments) {
    this.#fragments = fragments;
  }

  of(selectionSet: SelectionSetNode): number {
    let count = 0;
    for (const selection of selectionSet.selections) {
      count += 1;
      if (selection.kind === Kind.FRAGMENT_SPREAD) count += this.#ofFragment(selection.name.value);
      else if (selection.selectionSet !== undefined) count += this.of(selection.selectionSet);
    }
    return Math.min(COST_MAX, count);
  }

  #ofFragment(name: string): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    // One that holds itself is refused by validation, and ends here.
    this.#known.set(name, COST_MAX);
    const fragment = this.#fragments.get(name);
    const count = fragment === undefined ? 0 : this.of(fragment.selectionSet);
    this.#known.set(name, count);
    return count;
  }
}
