/**
 * The statuses of an answer: one string per path of a feature, a letter per object, in the order of the answer.
 * Walks the answer beside the document and takes the probes out of it on the way.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getOperationAST,
  isAbstractType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { type FeatureStatus, NO_STATUS_LETTER, STATUS_LETTERS } from '../core/status.ts';
import { RowBackedEntity } from '../features/row-backed-entity.ts';
import { PROBE } from './entity-probe.ts';
import { isSelected } from './is-selected.ts';

type Variables = Readonly<Record<string, unknown>>;
type AnsweredObject = Record<string, unknown>;

interface AnsweredField {
  readonly responseKey: string;
  readonly name: string;
  readonly args: Variables;
  readonly type: GraphQLNamedType;
  /** Of all nodes of the field together. */
  readonly selectionSets: readonly SelectionSetNode[];
}

/** @param isFeature whether a field of a type has a status. */
export type IsFeature = (typeName: string, fieldName: string) => boolean;

export function readStatuses(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Variables,
  data: AnsweredObject,
  isFeature: IsFeature,
): Record<string, string> {
  const operation = getOperationAST(document);
  const root = operation == null ? undefined : schema.getRootType(operation.operation);
  if (operation == null || root == null) return {};
  const walk = new StatusWalk(schema, document, variables, isFeature);
  walk.visit(data, root, [operation.selectionSet], '');
  return walk.statuses;
}

class StatusWalk {
  readonly #letters: Record<string, string> = {};
  readonly #featurePaths = new Set<string>();
  readonly #schema: GraphQLSchema;
  readonly #variables: Variables;
  readonly #isFeature: IsFeature;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  /** Fields by selection and type: worked out for the first object of a list. */
  readonly #fields = new Map<readonly SelectionSetNode[], Map<string, readonly AnsweredField[]>>();

  constructor(schema: GraphQLSchema, document: DocumentNode, variables: Variables, isFeature: IsFeature) {
    this.#schema = schema;
    this.#variables = variables;
    this.#isFeature = isFeature;
    for (const definition of document.definitions) {
      if (definition.kind === 'FragmentDefinition') this.#fragments.set(definition.name.value, definition);
    }
  }

  get statuses(): Record<string, string> {
    return Object.fromEntries([...this.#featurePaths].map((path) => [path, this.#letters[path] as string]));
  }

  visit(
    object: AnsweredObject,
    declared: GraphQLNamedType,
    selectionSets: readonly SelectionSetNode[],
    path: string,
  ): void {
    const probe = object[PROBE];
    delete object[PROBE];
    const entity = probe instanceof RowBackedEntity ? probe : null;
    const type = this.#typeOf(object, declared, entity);
    if (type === undefined) return;
    for (const field of this.#fieldsOf(type, selectionSets)) {
      const value = object[field.responseKey];
      if (value === undefined) continue; // nothing was answered here: a parent was denied or failed
      const at = path === '' ? field.responseKey : `${path}.${field.responseKey}`;
      const isFeature = this.#isFeature(type.name, field.name);
      this.#tell(
        at,
        isFeature,
        isFeature ? entity?.$class.statusOf(entity, field.name, field.args) : undefined,
      );
      if (!isFeature && field.selectionSets.length > 0) this.#descend(value, field, at);
    }
  }

  /** Every object that has the field takes a letter: types may share a path, and of one alone it may be a feature. */
  #tell(path: string, isFeature: boolean, status: FeatureStatus | undefined): void {
    const letter = status === undefined ? NO_STATUS_LETTER : STATUS_LETTERS[status];
    this.#letters[path] = (this.#letters[path] ?? '') + letter;
    if (isFeature) this.#featurePaths.add(path);
  }

  #descend(value: unknown, field: AnsweredField, path: string): void {
    if (Array.isArray(value)) {
      for (const item of value) this.#descend(item, field, path);
    } else if (typeof value === 'object' && value !== null) {
      this.visit(value as AnsweredObject, field.type, field.selectionSets, path);
    }
  }

  #typeOf(
    object: AnsweredObject,
    declared: GraphQLNamedType,
    entity: RowBackedEntity | null,
  ): GraphQLObjectType | undefined {
    if (isObjectType(declared)) return declared;
    const name = entity?.$class.name ?? object.__typename;
    const type = typeof name === 'string' ? this.#schema.getType(name) : undefined;
    return isObjectType(type) ? type : undefined;
  }

  #fieldsOf(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[]): readonly AnsweredField[] {
    let byType = this.#fields.get(selectionSets);
    if (byType === undefined) {
      byType = new Map();
      this.#fields.set(selectionSets, byType);
    }
    let fields = byType.get(type.name);
    if (fields === undefined) {
      const nodes = new Map<string, FieldNode[]>();
      for (const selectionSet of selectionSets) this.#collect(selectionSet, type, nodes);
      fields = [...nodes].flatMap(([responseKey, [first, ...others]]) =>
        first === undefined ? [] : this.#answeredField(type, responseKey, first, others),
      );
      byType.set(type.name, fields);
    }
    return fields;
  }

  #collect(selectionSet: SelectionSetNode, type: GraphQLObjectType, nodes: Map<string, FieldNode[]>): void {
    for (const selection of selectionSet.selections) {
      if (!isSelected(selection, this.#variables)) continue;
      if (selection.kind === 'Field') {
        const key = selection.alias?.value ?? selection.name.value;
        const same = nodes.get(key);
        if (same === undefined) nodes.set(key, [selection]);
        else same.push(selection);
        continue;
      }
      const fragment =
        selection.kind === 'FragmentSpread' ? this.#fragments.get(selection.name.value) : selection;
      if (fragment === undefined) continue;
      if (this.#applies(fragment.typeCondition?.name.value, type))
        this.#collect(fragment.selectionSet, type, nodes);
    }
  }

  #applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const conditional = this.#schema.getType(condition);
    return isAbstractType(conditional) && this.#schema.isSubType(conditional, type);
  }

  #answeredField(
    type: GraphQLObjectType,
    responseKey: string,
    first: FieldNode,
    others: readonly FieldNode[],
  ): AnsweredField[] {
    const definition = type.getFields()[first.name.value];
    if (definition === undefined) return []; // __typename, and the root's own
    const selectionSets = [first, ...others].flatMap(({ selectionSet }) => selectionSet ?? []);
    return [
      {
        responseKey,
        name: definition.name,
        args: definition.args.length === 0 ? {} : getArgumentValues(definition, first, this.#variables),
        type: getNamedType(definition.type),
        selectionSets,
      },
    ];
  }
}
