/**
 * Which views a document reads, worked out once for each document, before anything is read: the union over all
 * documents of a request is what one read of a block fetches.
 */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isInterfaceType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import type { ViewNeed } from '../features/block-plan.ts';
import { conditionsOf, hold, type SelectionCondition } from './is-selected.ts';

/** What a field of a type needs to have been read. */
export type NeedsOf = (typeName: string, fieldName: string) => readonly ViewNeed[];

export interface DocumentViews {
  readonly always: readonly ViewNeed[];
  readonly sometimes: readonly {
    readonly conditions: readonly SelectionCondition[];
    readonly needs: readonly ViewNeed[];
  }[];
}

export function viewsOfDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  needsOf: NeedsOf,
): DocumentViews {
  const operation = getOperationAST(document);
  const root = operation == null ? undefined : schema.getRootType(operation.operation);
  const walk = new DocumentWalk(schema, document, needsOf);
  if (operation != null && root != null) walk.visit(operation.selectionSet, root, []);
  return walk;
}

/** @param variables with the document's defaults filled in. */
export function neededNow(
  views: DocumentViews,
  variables: Readonly<Record<string, unknown>>,
): readonly ViewNeed[] {
  if (views.sometimes.length === 0) return views.always;
  const needs = [...views.always];
  for (const { conditions, needs: some } of views.sometimes) {
    if (hold(conditions, variables)) needs.push(...some);
  }
  return needs;
}

class DocumentWalk implements DocumentViews {
  readonly always: ViewNeed[] = [];
  readonly sometimes: { conditions: readonly SelectionCondition[]; needs: readonly ViewNeed[] }[] = [];
  readonly #schema: GraphQLSchema;
  readonly #needsOf: NeedsOf;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();

  constructor(schema: GraphQLSchema, document: DocumentNode, needsOf: NeedsOf) {
    this.#schema = schema;
    this.#needsOf = needsOf;
    for (const definition of document.definitions) {
      if (definition.kind === 'FragmentDefinition') this.#fragments.set(definition.name.value, definition);
    }
  }

  visit(selectionSet: SelectionSetNode, type: GraphQLNamedType, outer: readonly SelectionCondition[]): void {
    for (const selection of selectionSet.selections) {
      const own = conditionsOf(selection);
      if (own === null) continue;
      const conditions = own.length === 0 ? outer : [...outer, ...own];
      if (selection.kind === 'Field') {
        const field = fieldsOf(type)[selection.name.value];
        if (field === undefined) continue;
        this.#add(this.#needsOf(type.name, field.name), conditions);
        if (selection.selectionSet !== undefined)
          this.visit(selection.selectionSet, getNamedType(field.type), conditions);
        continue;
      }
      const fragment =
        selection.kind === 'FragmentSpread' ? this.#fragments.get(selection.name.value) : selection;
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition?.name.value;
      const inner = condition === undefined ? type : this.#schema.getType(condition);
      if (inner !== undefined) this.visit(fragment.selectionSet, inner, conditions);
    }
  }

  #add(needs: readonly ViewNeed[], conditions: readonly SelectionCondition[]): void {
    if (needs.length === 0) return;
    if (conditions.length > 0) {
      this.sometimes.push({ conditions, needs });
      return;
    }
    for (const need of needs) {
      if (!this.always.some((known) => known.block === need.block && known.view === need.view))
        this.always.push(need);
    }
  }
}

function fieldsOf(type: GraphQLNamedType) {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
}
