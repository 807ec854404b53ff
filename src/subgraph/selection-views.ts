/** Which views the selection at one place of a running operation needs of an entity: none for its key alone. */
import { type FieldNode, type GraphQLResolveInfo, isObjectType, type SelectionSetNode } from 'graphql';
import type { ViewNeed } from '../features/block-plan.ts';
import type { NeedsOf } from './document-views.ts';
import { isSelected } from './is-selected.ts';

export class SelectionViews {
  readonly #needsOf: NeedsOf;
  /**
   * By field, for the whole life of its document, where the selection is the same for all variables; else by what
   * graphql-js passes: the same array for all items of a list, so a list of entities is looked at once.
   */
  readonly #known = new WeakMap<FieldNode | readonly FieldNode[], Map<string, readonly ViewNeed[]>>();

  constructor(needsOf: NeedsOf) {
    this.#needsOf = needsOf;
  }

  at(info: GraphQLResolveInfo, typeName: string): readonly ViewNeed[] {
    const { fieldNodes } = info;
    const [node] = fieldNodes as readonly [FieldNode];
    const known =
      (fieldNodes.length === 1 ? this.#known.get(node)?.get(typeName) : undefined) ??
      this.#known.get(fieldNodes)?.get(typeName);
    if (known !== undefined) return known;
    const found = new NeededViews();
    for (const { selectionSet } of fieldNodes)
      if (selectionSet !== undefined) this.#visit(selectionSet, typeName, info, found);
    this.#remember(
      fieldNodes.length === 1 && !found.isConditional ? node : fieldNodes,
      typeName,
      found.needs,
    );
    return found.needs;
  }

  #remember(place: FieldNode | readonly FieldNode[], typeName: string, needs: readonly ViewNeed[]): void {
    let byType = this.#known.get(place);
    if (byType === undefined) {
      byType = new Map();
      this.#known.set(place, byType);
    }
    byType.set(typeName, needs);
  }

  #visit(
    selectionSet: SelectionSetNode,
    typeName: string,
    info: GraphQLResolveInfo,
    found: NeededViews,
  ): void {
    for (const selection of selectionSet.selections) {
      if ((selection.directives ?? []).length > 0) found.isConditional = true;
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

class NeededViews {
  readonly needs: ViewNeed[] = [];
  /** Whether another request may select something else here. */
  isConditional = false;

  add(need: ViewNeed): void {
    if (!this.needs.some((known) => known.block === need.block && known.view === need.view))
      this.needs.push(need);
  }
}
