/**
 * What a fetch's document selects of the objects at one place, in the order in which they are answered, and which
 * positions of an answer's bytes the program will ask for. Made once per document; becomes a scan.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { TypeConditions } from '../interpreted/type-conditions.ts';
import { FLAG_SLOT } from './instance-table.ts';
import { NotCompiled } from './not-compiled.ts';
import type { Check } from './scan-json.ts';

/** No slot: a row's first number is its flag. */
export const NO_SLOT = FLAG_SLOT;

export type Position = 'key' | 'start' | 'end';

export interface SourceField {
  readonly key: string;
  /** Where it is first selected: its name and arguments. */
  readonly node: FieldNode;
  readonly isTypename: boolean;
  readonly sets: readonly SelectionSetNode[];
  /** Of the value; `null` until somebody knows its type. */
  check: Check | null;
  /** Where it is noted at which positions the key begins, the value begins, and the value ends. */
  readonly slots: Record<Position, number>;
  /** The objects in it, where the program looks into them. */
  child: SourceChild | null;
}

export interface SourceChild {
  readonly object: SourceObject;
  readonly isList: boolean;
  /** Of the value, and of the items where it is a list. */
  readonly nullable: boolean;
  readonly itemNullable: boolean;
  /** Of the first row; for a list the next one has the count, -1 for a null list. */
  readonly slot: number;
}

export class SourceObject {
  readonly type: string;
  readonly fields: readonly SourceField[];
  /** Index of its table. */
  readonly table: number;
  /** Whose answer it stands in. */
  readonly fetch: number;
  #slotCount = 1;

  constructor(place: { type: string; table: number; fetch: number }, fields: readonly SourceField[]) {
    this.type = place.type;
    this.table = place.table;
    this.fetch = place.fetch;
    this.fields = fields;
  }

  get slotCount(): number {
    return this.#slotCount;
  }

  /** Has a position noted from now on. @returns the slot where it is. */
  note(field: SourceField, position: Position): number {
    if (field.slots[position] === NO_SLOT) field.slots[position] = this.slots(1);
    return field.slots[position];
  }

  /** @returns the first of `count` new slots. */
  slots(count: number): number {
    const first = this.#slotCount;
    this.#slotCount += count;
    return first;
  }

  field(key: string): SourceField | undefined {
    return this.fields.find((field) => field.key === key);
  }
}

interface Collected {
  readonly node: FieldNode;
  readonly isTypename: boolean;
  readonly sets: SelectionSetNode[];
}

/** Reads one fetch's document. */
export class SourceReader {
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #types: TypeConditions;
  readonly root: SelectionSetNode;

  constructor(document: DocumentNode, types: TypeConditions) {
    this.#types = types;
    let root: OperationDefinitionNode | null = null;
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION)
        this.#fragments.set(definition.name.value, definition);
      else if (definition.kind === Kind.OPERATION_DEFINITION) root = definition;
    }
    if (root === null) throw new NotCompiled('OTHER');
    this.root = root.selectionSet;
  }

  /** The fields that an object of `type` answers; of the root where `null`. */
  fields(sets: readonly SelectionSetNode[], type: string | null): SourceField[] {
    const byKey = new Map<string, Collected>();
    for (const set of sets) this.#collect(set, type, byKey);
    return [...byKey].map(([key, field]) => ({
      key,
      ...field,
      check: null,
      slots: { key: NO_SLOT, start: NO_SLOT, end: NO_SLOT },
      child: null,
    }));
  }

  #collect(set: SelectionSetNode, type: string | null, byKey: Map<string, Collected>): void {
    for (const selection of set.selections) {
      if ((selection.directives ?? []).length > 0) throw new NotCompiled('CONDITION');
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const isTypename = selection.name.value === '__typename';
        const field = byKey.get(key) ?? { node: selection, isTypename, sets: [] };
        byKey.set(key, field);
        if (selection.selectionSet !== undefined) field.sets.push(selection.selectionSet);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value);
      if (fragment === undefined) throw new NotCompiled('OTHER');
      const condition = fragment.typeCondition?.name.value;
      const applies = condition === undefined || type === null || this.#types.matches(type, condition);
      if (applies) this.#collect(fragment.selectionSet, type, byKey);
    }
  }
}
