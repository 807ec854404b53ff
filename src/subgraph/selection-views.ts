/** Which views the selection at one place of a running operation needs of an entity: none for its key alone. */
import { type FieldNode, type GraphQLResolveInfo, isObjectType, type SelectionSetNode } from 'graphql';
import type { ViewNeed } from '../features/block-plan.ts';
import type { NeedsOf } from './document-views.ts';
import { isSelected } from './is-selected.ts';

export class SelectionViews {
  readonly #needsOf: NeedsOf;
  /** graphql-js passes the same array for all items of a list, so a list of entities is looked at once. */
  readonly #known = new WeakMap<readonly FieldNode[], Map<string, readonly ViewNeed[]>>();

  constructor(needsOf: NeedsOf) {
    this.#needsOf = needsOf;
  }

  at(info: GraphQLResolveInfo, typeName: string): readonly ViewNeed[] {
    let byType = this.#known.get(info.fieldNodes);
    if (byType === undefined) {
      byType = new Map();
      this.#known.set(info.fieldNodes, byType);
    }
    let needs = byType.get(typeName);
    if (needs === undefined) {
      const found = new Set<ViewNeed>();
      for (const node of info.fieldNodes) {
        if (node.selectionSet !== undefined) this.#visit(node.selectionSet, typeName, info, found);
      }
      needs = [...found];
      byType.set(typeName, needs);
    }
    return needs;
  }

  #visit(
    selectionSet: SelectionSetNode,
    typeName: string,
    info: GraphQLResolveInfo,
    found: Set<ViewNeed>,
  ): void {
    for (const selection of selectionSet.selections) {
      if (!isSelected(selection, info.variableValues)) continue;
      if (selection.kind === 'Field') {
        for (const need of this.#needsOf(typeName, selection.name.value)) found.add(need);
        continue;
      }
      const fragment = selection.kind === 'FragmentSpread' ? info.fragments[selection.name.value] : selection;
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition?.name.value;
      // Entities are object types; a fragment on a union or interface holds fragments on them in turn.
      if (condition === undefined || condition === typeName || !this.#isObject(info, condition))
        this.#visit(fragment.selectionSet, typeName, info, found);
    }
  }

  #isObject(info: GraphQLResolveInfo, typeName: string): boolean {
    return isObjectType(info.schema.getType(typeName));
  }
}
