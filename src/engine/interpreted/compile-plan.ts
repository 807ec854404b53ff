/** Works out, once per operation, what every fetch of a plan is to supply, so that a failed one can be told. */
import {
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf } from '../fragments-of.ts';
import type { EntityFetch, FetchNode, PlanNode, Rewrite } from '../query-plan.ts';

export type PlanStep = FetchStep | GroupStep | ConditionStep;

export interface GroupStep {
  readonly kind: 'sequence' | 'parallel';
  readonly steps: readonly PlanStep[];
}
export interface ConditionStep {
  readonly kind: 'condition';
  readonly variable: string;
  readonly ifTrue: PlanStep | null;
  readonly ifFalse: PlanStep | null;
}
export interface FetchStep {
  readonly kind: 'fetch';
  readonly node: FetchNode;
  /** What a root fetch supplies. */
  readonly supplied: readonly SuppliedField[];
  readonly entities: readonly EntityStep[];
}
export interface EntityStep {
  readonly fetch: EntityFetch;
  readonly supplied: readonly SuppliedField[];
}

/** A field that a fetch's document selects, under its key in the tree. */
export interface SuppliedField {
  readonly key: string;
  /** Type condition it stands under, where there is one. */
  readonly type: string | null;
  readonly fields: readonly SuppliedField[] | null;
}

export interface CompiledPlan {
  readonly root: PlanStep | null;
  /** Whether a field somewhere is computed from another subgraph's values: then statuses are always asked. */
  readonly hasDependents: boolean;
  /** `Type.field` → the subgraph that the plan asks for it. */
  readonly owners: ReadonlyMap<string, string>;
}

export function compilePlan(plan: PlanNode | null, apiSchema: GraphQLSchema): CompiledPlan {
  const owners = new Map<string, string>();
  let hasDependents = false;
  const compile = (node: PlanNode): PlanStep => {
    switch (node.kind) {
      case 'sequence':
      case 'parallel':
        return { kind: node.kind, steps: node.nodes.map(compile) };
      case 'condition':
        return {
          kind: 'condition',
          variable: node.variable,
          ifTrue: node.ifTrue && compile(node.ifTrue),
          ifFalse: node.ifFalse && compile(node.ifFalse),
        };
      case 'fetch':
        if (node.entities.some((entity) => entity.dependents.length > 0)) hasDependents = true;
        return compileFetch(node, new DocumentReader(node, apiSchema, owners));
    }
  };
  const root = plan && compile(plan);
  return { root, hasDependents, owners };
}

function compileFetch(node: FetchNode, reader: DocumentReader): FetchStep {
  const supplied = reader.read();
  if (node.entities.length === 0) {
    return { kind: 'fetch', node, supplied: renamed(supplied, node.outputRewrites), entities: [] };
  }
  const entities = node.entities.map((fetch): EntityStep => {
    const fields = supplied.find((field) => field.key === fetch.responseKey)?.fields ?? [];
    return { fetch, supplied: renamed(fields, fetch.outputRewrites) };
  });
  return { kind: 'fetch', node, supplied: [], entities };
}

function renamed(fields: readonly SuppliedField[], rewrites: readonly Rewrite[]): readonly SuppliedField[] {
  let result = fields;
  for (const rewrite of rewrites) {
    if (rewrite.kind === 'renameKey') result = renameAt(result, rewrite, 0);
  }
  return result;
}

function renameAt(
  fields: readonly SuppliedField[],
  rewrite: Rewrite & { kind: 'renameKey' },
  depth: number,
): readonly SuppliedField[] {
  const segment = rewrite.path[depth];
  if (segment === undefined) return fields;
  // Internal names are unique within a document, so the types on the way need no second look.
  if (segment.kind !== 'field') return renameAt(fields, rewrite, depth + 1);
  const isLast = depth === rewrite.path.length - 1;
  return fields.map((field) => {
    if (field.key !== segment.name) return field;
    if (isLast) return { ...field, key: rewrite.to };
    return { ...field, fields: field.fields && renameAt(field.fields, rewrite, depth + 1) };
  });
}

class DocumentReader {
  readonly #node: FetchNode;
  readonly #schema: GraphQLSchema;
  readonly #owners: Map<string, string>;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(node: FetchNode, schema: GraphQLSchema, owners: Map<string, string>) {
    this.#node = node;
    this.#schema = schema;
    this.#owners = owners;
    this.#fragments = fragmentsOf(node.document.document);
  }

  read(): readonly SuppliedField[] {
    const operation = this.#node.document.document.definitions.find(
      (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
    );
    if (operation === undefined) return [];
    const isMutation = this.#node.document.operationKind === 'mutation';
    const root = isMutation ? this.#schema.getMutationType() : this.#schema.getQueryType();
    return this.#fields(operation.selectionSet, root?.name ?? null, null);
  }

  #fields(selectionSet: SelectionSetNode, parent: string | null, condition: string | null): SuppliedField[] {
    return selectionSet.selections.flatMap((selection): SuppliedField[] => {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const type = selection.typeCondition?.name.value;
        return this.#fields(selection.selectionSet, type ?? parent, type ?? condition);
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = this.#fragments.get(selection.name.value);
        const type = fragment?.typeCondition.name.value ?? null;
        return fragment === undefined ? [] : this.#fields(fragment.selectionSet, type, type);
      }
      if (selection.name.value === '__typename') return [];
      const key = (selection.alias ?? selection.name).value;
      const type = this.#own(parent, selection.name.value);
      const fields = selection.selectionSet ? this.#fields(selection.selectionSet, type, null) : null;
      return [{ key, type: condition, fields }];
    });
  }

  /** Notes who is asked for a field, and finds its type's name; both as far as clients can see. */
  #own(parent: string | null, field: string): string | null {
    if (parent === null) return null;
    const type = this.#schema.getType(parent);
    if (!isObjectType(type) && !isInterfaceType(type)) return null;
    const definition = type.getFields()[field];
    if (definition === undefined) return null;
    const coordinate = `${parent}.${field}`;
    if (!this.#owners.has(coordinate)) this.#owners.set(coordinate, this.#node.subgraph);
    return getNamedType(definition.type).name;
  }
}
