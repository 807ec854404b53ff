/** Reads what a document selects, place by place: fields by concrete type, fragments opened, equal keys together. */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  getOperationAST,
  isAbstractType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';

export interface SelectedField {
  /** Response key. */
  readonly key: string;
  readonly name: string;
  readonly node: FieldNode;
  /** More than one where the document selects the key several times; none for leaves. */
  readonly selectionSets: readonly SelectionSetNode[];
  /** Name of its type, without list and non-null. */
  readonly type: string;
  readonly isList: boolean;
}

export interface RootSelection {
  readonly type: string;
  readonly selectionSets: readonly SelectionSetNode[];
}

export class SelectionReader {
  readonly #schema: GraphQLSchema;
  readonly #document: DocumentNode;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();

  constructor(schema: GraphQLSchema, document: DocumentNode) {
    this.#schema = schema;
    this.#document = document;
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION)
        this.#fragments.set(definition.name.value, definition);
    }
  }

  /** Of the document's only operation; `null` where there is none that the schema serves. */
  root(): RootSelection | null {
    const operation = getOperationAST(this.#document);
    const type = operation == null ? undefined : this.#schema.getRootType(operation.operation);
    if (operation == null || type == null) return null;
    return { type: type.name, selectionSets: [operation.selectionSet] };
  }

  /** @returns object type → fields selected on it; unions and interfaces are told by the types they can be. */
  read(
    selectionSets: readonly SelectionSetNode[],
    typeName: string,
  ): ReadonlyMap<string, readonly SelectedField[]> {
    const byType = new Map<string, Map<string, FieldNode[]>>();
    for (const selectionSet of selectionSets)
      this.#collect(selectionSet, this.#objectTypes(typeName), byType);
    const read = new Map<string, readonly SelectedField[]>();
    for (const [type, byKey] of byType) {
      const fields = [...byKey].flatMap(([key, nodes]) => this.#fieldOf(type, key, nodes) ?? []);
      if (fields.length > 0) read.set(type, fields);
    }
    return read;
  }

  #collect(
    selectionSet: SelectionSetNode,
    types: readonly string[],
    byType: Map<string, Map<string, FieldNode[]>>,
  ): void {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) {
        for (const type of types) addField(byType, type, selection);
        continue;
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(selection.name.value) : selection;
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition?.name.value;
      const possible = condition === undefined ? types : this.#objectTypes(condition);
      const narrowed = types.filter((type) => possible.includes(type));
      this.#collect(fragment.selectionSet, narrowed, byType);
    }
  }

  #objectTypes(typeName: string): readonly string[] {
    const type = this.#schema.getType(typeName);
    if (isAbstractType(type)) return this.#schema.getPossibleTypes(type).map(({ name }) => name);
    return isObjectType(type) ? [type.name] : [];
  }

  #fieldOf(typeName: string, key: string, nodes: readonly FieldNode[]): SelectedField | null {
    const [node] = nodes as readonly [FieldNode];
    const type = this.#schema.getType(typeName);
    if (!isObjectType(type) && !isInterfaceType(type)) return null;
    const definition = type.getFields()[node.name.value];
    if (definition === undefined) return null;
    return {
      key,
      name: node.name.value,
      node,
      selectionSets: nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
      type: getNamedType(definition.type).name,
      isList: isListType(getNullableType(definition.type)),
    };
  }
}

function addField(byType: Map<string, Map<string, FieldNode[]>>, type: string, node: FieldNode): void {
  const byKey = byType.get(type) ?? new Map<string, FieldNode[]>();
  byType.set(type, byKey);
  const key = (node.alias ?? node.name).value;
  byKey.set(key, [...(byKey.get(key) ?? []), node]);
}

/** An argument as it is known before execution. */
export interface KnownArgument {
  /** In JSON; `undefined` where a variable that is not given decides it. */
  readonly value: unknown;
  /** Of a list: its length, also where some of its keys are not known. */
  readonly length: number | null;
  /** The variable that it is, whole. */
  readonly variable: string | null;
}

/** @param variables as many as are given. */
export function knownArgument(
  { node }: SelectedField,
  name: string,
  variables: Readonly<Record<string, unknown>>,
): KnownArgument {
  const given = node.arguments?.find((argument) => argument.name.value === name)?.value;
  if (given === undefined) return { value: undefined, length: null, variable: null };
  const variable = given.kind === Kind.VARIABLE ? given.name.value : null;
  const value = isKnown(given, variables) ? valueFromASTUntyped(given, variables) : undefined;
  const items = Array.isArray(value) ? value : given.kind === Kind.LIST ? given.values : null;
  return { value, length: items?.length ?? null, variable };
}

function isKnown(node: ValueNode, variables: Readonly<Record<string, unknown>>): boolean {
  switch (node.kind) {
    case Kind.VARIABLE:
      return variables[node.name.value] !== undefined;
    case Kind.LIST:
      return node.values.every((value) => isKnown(value, variables));
    case Kind.OBJECT:
      return node.fields.every(({ value }) => isKnown(value, variables));
    default:
      return true;
  }
}
