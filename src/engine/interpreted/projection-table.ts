/**
 * The client's selection as tables: per object type, which keys of the tree go under which names, in the order
 * of the specification. Made for one choice of the @skip and @include variables, so that the walk over values
 * decides nothing.
 */
import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInterfaceType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Denied } from '../protections.ts';
import { isIntrospection, sourceKeyOf } from './canonical-operation.ts';
import { checkLeaf } from './check-leaf.ts';

type TypeWithFields = GraphQLObjectType | GraphQLInterfaceType;

export interface ProjectionSource {
  readonly schema: GraphQLSchema;
  /** Names of the fields that take arguments. */
  readonly takesArguments: ReadonlySet<string>;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** `Type.field` → the subgraph asked for it. */
  readonly owners: ReadonlyMap<string, string>;
  readonly isFeature: (type: string, field: string) => boolean;
  /** `Type.field` of what the asker may not see. */
  readonly denied: Denied;
}

/** The fields of one object type at one place of the operation. */
export interface FieldTable {
  readonly type: string;
  readonly fields: readonly ProjectedField[];
  /** Whether a feature is selected here or below. */
  readonly hasFeatures: boolean;
}

export interface ProjectedField {
  readonly responseKey: string;
  readonly sourceKey: string;
  readonly coordinate: string;
  readonly subgraph: string | null;
  readonly isFeature: boolean;
  readonly shape: Shape;
}

/** How a value is completed, from the outside in. */
export type Shape =
  | { readonly kind: 'list'; readonly nonNull: boolean; readonly of: Shape }
  | { readonly kind: 'leaf'; readonly nonNull: boolean; readonly check: LeafCheck; readonly name: string }
  | { readonly kind: 'object'; readonly nonNull: boolean; readonly selection: Selection }
  /** Known without asking: `__typename` of an object. */
  | { readonly kind: 'constant'; readonly nonNull: true; readonly value: string }
  /** Not asked, because the asker may not see it. */
  | { readonly kind: 'denied'; readonly nonNull: boolean }
  /** Answered by graphql-js already. */
  | { readonly kind: 'introspection'; readonly nonNull: boolean };

/** @returns the value as it is answered, or `undefined` where it does not have its type. */
export type LeafCheck = (value: unknown) => unknown;

/** One place of the operation: selection sets that are merged there. */
export class Selection {
  readonly #source: ProjectionSource;
  readonly #sets: readonly SelectionSetNode[];
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #isRoot: boolean;
  readonly #tables = new Map<string, FieldTable | null>();
  readonly #declared: string;
  /** The table, where only one type can stand here. */
  readonly only: FieldTable | null;

  constructor(
    source: ProjectionSource,
    declaredType: string,
    sets: readonly SelectionSetNode[],
    variables: Readonly<Record<string, unknown>>,
    isRoot = false,
  ) {
    this.#source = source;
    this.#declared = declaredType;
    this.#sets = sets;
    this.#variables = variables;
    this.#isRoot = isRoot;
    this.only = isObjectType(source.schema.getType(declaredType)) ? this.tableOf(declaredType) : null;
  }

  /**
   * Of an object whose type was not asked, because nothing selected here depends on it: the interface's own
   * fields. `null` for a union, which has none.
   */
  get untyped(): FieldTable | null {
    return isInterfaceType(this.#source.schema.getType(this.#declared)) ? this.tableOf(this.#declared) : null;
  }

  /** @returns `null` for a type that cannot stand here, as far as clients know. */
  tableOf(type: string): FieldTable | null {
    let table = this.#tables.get(type);
    if (table === undefined) {
      // Names come from subgraphs: those that are no types are not remembered, or the map could grow.
      if (!this.#isPossible(type)) return null;
      table = this.#compile(this.#source.schema.getType(type) as TypeWithFields);
      this.#tables.set(type, table);
    }
    return table;
  }

  /** Every table that can be, for what must know all of them. */
  allTables(): FieldTable[] {
    if (this.only !== null) return [this.only];
    const declared = this.#source.schema.getType(this.#declared);
    if (!isAbstractType(declared)) return [];
    return this.#source.schema
      .getPossibleTypes(declared)
      .map((possible) => this.tableOf(possible.name) as FieldTable);
  }

  #isPossible(type: string): boolean {
    if (type === this.#declared) return true;
    const { schema } = this.#source;
    const declared = schema.getType(this.#declared);
    const concrete = schema.getType(type);
    return isAbstractType(declared) && isObjectType(concrete) && schema.isSubType(declared, concrete);
  }

  #compile(type: TypeWithFields): FieldTable {
    const groups = new Map<string, FieldNode[]>();
    for (const set of this.#sets) this.#collect(type, set, groups);
    const fields: ProjectedField[] = [];
    for (const [responseKey, nodes] of groups) {
      const field = this.#field(type, responseKey, nodes);
      if (field !== null) fields.push(field);
    }
    const hasFeatures = fields.some((field) => field.isFeature || holdsFeatures(field.shape));
    return { type: type.name, fields, hasFeatures };
  }

  #collect(type: TypeWithFields, set: SelectionSetNode, groups: Map<string, FieldNode[]>): void {
    for (const selection of set.selections) {
      if (!isIncluded(selection.directives, this.#variables)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const group = groups.get(key);
        if (group === undefined) groups.set(key, [selection]);
        else group.push(selection);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT
          ? selection
          : this.#source.fragments.get(selection.name.value);
      if (fragment === undefined || !this.#applies(type, fragment.typeCondition?.name.value)) continue;
      this.#collect(type, fragment.selectionSet, groups);
    }
  }

  #applies(type: TypeWithFields, condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true;
    const named = this.#source.schema.getType(condition);
    return isAbstractType(named) && this.#source.schema.isSubType(named, type);
  }

  #field(type: TypeWithFields, responseKey: string, nodes: readonly FieldNode[]): ProjectedField | null {
    const node = nodes[0] as FieldNode;
    const name = node.name.value;
    const coordinate = `${type.name}.${name}`;
    const base = {
      responseKey,
      sourceKey: sourceKeyOf(node, this.#isRoot, this.#source.takesArguments),
      coordinate,
    };
    if (name === '__typename') {
      const shape: Shape = { kind: 'constant', nonNull: true, value: type.name };
      return { ...base, subgraph: null, isFeature: false, shape };
    }
    if (this.#isRoot && isIntrospection(node)) {
      const shape: Shape = { kind: 'introspection', nonNull: name === '__schema' };
      return { ...base, subgraph: null, isFeature: false, shape };
    }
    const definition = type.getFields()[name];
    if (definition === undefined) return null; // validation has refused such a document
    return {
      ...base,
      subgraph: this.#source.owners.get(coordinate) ?? null,
      isFeature: this.#source.isFeature(type.name, name),
      shape: this.#source.denied.has(coordinate)
        ? { kind: 'denied', nonNull: isNonNullType(definition.type) }
        : this.#shape(definition.type, nodes),
    };
  }

  #shape(type: GraphQLOutputType, nodes: readonly FieldNode[]): Shape {
    const nonNull = isNonNullType(type);
    const nullable = isNonNullType(type) ? type.ofType : type;
    if (isListType(nullable)) return { kind: 'list', nonNull, of: this.#shape(nullable.ofType, nodes) };
    const named = getNamedType(nullable);
    if (isLeafType(named)) {
      return { kind: 'leaf', nonNull, check: checkLeaf(named as GraphQLLeafType), name: named.name };
    }
    if (!isCompositeType(named)) throw new TypeError(`expected an output type, got ${String(named)}`);
    const sets = nodes.flatMap((node) => node.selectionSet ?? []);
    return {
      kind: 'object',
      nonNull,
      selection: new Selection(this.#source, named.name, sets, this.#variables),
    };
  }
}

export function holdsFeatures(shape: Shape): boolean {
  if (shape.kind === 'list') return holdsFeatures(shape.of);
  return shape.kind === 'object' && shape.selection.allTables().some((table) => table.hasFeatures);
}

function isIncluded(
  directives: readonly DirectiveNode[] | undefined,
  variables: Readonly<Record<string, unknown>>,
): boolean {
  for (const directive of directives ?? []) {
    const name = directive.name.value;
    if (name !== 'skip' && name !== 'include') continue;
    const value = directive.arguments?.[0]?.value;
    const condition =
      value?.kind === Kind.VARIABLE
        ? variables[value.name.value] === true
        : value?.kind === Kind.BOOLEAN && value.value;
    if (condition === (name === 'skip')) return false;
  }
  return true;
}
