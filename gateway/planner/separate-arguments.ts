/**
 * Gives the planner a supergraph in which no field of a `@requires` has arguments: it mistakes one value for another
 * where two such fields of one place differ in their arguments alone, or ends the whole process (both seen; the latter
 * cannot be caught). So each field with its arguments becomes a field of its own, which a plan's documents then ask
 * for under an alias. One representation cannot hold both values: `splitEntities` makes two.
 */
import {
  type ArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type TypeNode,
  visit,
} from 'graphql';
import { readGraphs } from '../supergraph-facts.ts';

/** Path of an input within a representation, by real names → the name that is planned: its own, where it has arguments. */
export type SeparatedInputs = ReadonlyMap<string, string>;

export interface SeparatedArguments {
  /** The supergraph; the one given where nothing is to change. */
  readonly supergraph: DocumentNode;
  /** Of a plan's document: asks for what the supergraph really has. The same object where nothing is to change. */
  restore(document: DocumentNode): DocumentNode;
  /** The real name of a field; its own where it is real. */
  nameOf(field: string): string;
  /** What a subgraph's field needs; `null` where it needs nothing. */
  inputsOf(subgraph: string, coordinate: string): SeparatedInputs | null;
}

export function separateArguments(supergraph: DocumentNode): SeparatedArguments {
  const separation = new Separation(supergraph);
  const changed = separation.rewrite();
  if (!separation.isNeeded) {
    return { supergraph, restore: (same) => same, nameOf: (field) => field, inputsOf: () => null };
  }
  return {
    supergraph: changed,
    restore: (planned) =>
      visit(planned, { [Kind.FIELD]: (field: FieldNode) => separation.restoreField(field) }),
    nameOf: (field) => separation.separated.get(field)?.name ?? field,
    inputsOf: (subgraph, coordinate) => separation.inputs.get(`${subgraph} ${coordinate}`) ?? null,
  };
}

type TypeWithFields = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

interface SeparatedField {
  readonly name: string;
  readonly arguments: readonly ArgumentNode[];
}

class Separation {
  readonly #document: DocumentNode;
  readonly #types = new Map<string, TypeWithFields>();
  /** New name → the field that it stands for. */
  readonly separated = new Map<string, SeparatedField>();
  readonly #names = new Map<string, string>();
  readonly #added = new Map<string, Map<string, FieldDefinitionNode>>();
  readonly #graphs: ReadonlyMap<string, { readonly name: string }>;
  /** `subgraph Type.field` → its inputs. */
  readonly inputs = new Map<string, SeparatedInputs>();

  constructor(document: DocumentNode) {
    this.#document = document;
    this.#graphs = readGraphs(document);
    for (const definition of document.definitions) {
      if (isTypeWithFields(definition)) this.#types.set(definition.name.value, definition);
    }
  }

  get isNeeded(): boolean {
    return this.separated.size > 0;
  }

  rewrite(): DocumentNode {
    const rewritten = new Map<string, TypeWithFields>();
    for (const [name, type] of this.#types) rewritten.set(name, this.#rewriteType(type));
    return {
      ...this.#document,
      definitions: this.#document.definitions.map((definition) => {
        const type = isTypeWithFields(definition) ? rewritten.get(definition.name.value) : undefined;
        return type === undefined ? definition : this.#extended(type);
      }),
    };
  }

  restoreField(field: FieldNode): FieldNode | undefined {
    const real = this.separated.get(field.name.value);
    if (real === undefined) return undefined;
    const name = { kind: Kind.NAME, value: real.name } as const;
    return { ...field, alias: field.alias ?? field.name, name, arguments: real.arguments };
  }

  #rewriteType(type: TypeWithFields): TypeWithFields {
    const typeName = type.name.value;
    return {
      ...type,
      fields: type.fields?.map((field) => ({
        ...field,
        directives: field.directives?.map((directive) => {
          const text = requiresOf(directive);
          if (text === null) return directive;
          const inputs = new Map<string, string>();
          const selectionSet = this.#separate(fieldSet(text), typeName, '', inputs);
          const graph = this.#graphs.get(graphOf(directive))?.name ?? '';
          this.inputs.set(`${graph} ${typeName}.${field.name.value}`, inputs);
          return withRequires(directive, print(selectionSet).replace(/\s+/g, ' ').slice(1, -1).trim());
        }),
      })) as readonly FieldDefinitionNode[],
    } as TypeWithFields;
  }

  /** @param inputs gets every path that was found. */
  #separate(
    selectionSet: SelectionSetNode,
    type: string,
    prefix: string,
    inputs: Map<string, string>,
  ): SelectionSetNode {
    const selections = selectionSet.selections.map((selection): SelectionNode => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value ?? type;
        return {
          ...selection,
          selectionSet: this.#separate(selection.selectionSet, condition, prefix, inputs),
        };
      }
      const path = prefix + selection.name.value;
      const inner = this.#typeOf(type, selection.name.value);
      const nested =
        selection.selectionSet === undefined || inner === null
          ? selection
          : { ...selection, selectionSet: this.#separate(selection.selectionSet, inner, `${path}.`, inputs) };
      const separated = (selection.arguments?.length ?? 0) === 0 ? nested : this.#separateField(nested, type);
      inputs.set(path, separated.name.value);
      return separated;
    });
    return { ...selectionSet, selections };
  }

  #separateField(field: FieldNode, type: string): FieldNode {
    const args = field.arguments ?? [];
    const identity = `${field.name.value}(${args.map(print).sort().join(', ')})`;
    let name = this.#names.get(identity);
    if (name === undefined) {
      name = `_args${this.#names.size}_${field.name.value}`;
      this.#names.set(identity, name);
      this.separated.set(name, { name: field.name.value, arguments: args });
    }
    for (const owner of this.#typesWith(type)) this.#add(owner, field.name.value, name);
    const { arguments: _, ...plain } = field;
    return { ...plain, name: { kind: Kind.NAME, value: name } };
  }

  /** The type itself and, of an interface, those that implement it. */
  *#typesWith(type: string): Generator<TypeWithFields> {
    for (const other of this.#types.values()) {
      const isOne = other.name.value === type;
      if (isOne || other.interfaces?.some((one) => one.name.value === type)) yield other;
    }
  }

  #add(type: TypeWithFields, original: string, name: string): void {
    const definition = type.fields?.find((field) => field.name.value === original);
    if (definition === undefined) return;
    const added = this.#added.get(type.name.value) ?? new Map<string, FieldDefinitionNode>();
    this.#added.set(type.name.value, added.set(name, definition));
  }

  #extended(type: TypeWithFields): TypeWithFields {
    const added = [...(this.#added.get(type.name.value) ?? [])].map(([name, definition]) => {
      // Its directives may have been rewritten since.
      const current = type.fields?.find((field) => field.name.value === definition.name.value) ?? definition;
      return { ...current, name: { kind: Kind.NAME, value: name } as const, arguments: [] };
    });
    return { ...type, fields: [...(type.fields ?? []), ...added] } as TypeWithFields;
  }

  #typeOf(type: string, field: string): string | null {
    const definition = this.#types.get(type)?.fields?.find((one) => one.name.value === field);
    return definition === undefined ? null : namedType(definition.type);
  }
}

function fieldSet(text: string): SelectionSetNode {
  const definition = parse(`{${text}}`, { noLocation: true }).definitions[0];
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError(`expected fields, got ${text}`);
  return definition.selectionSet;
}

function requiresOf(directive: ConstDirectiveNode): string | null {
  if (directive.name.value !== 'join__field') return null;
  const value = directive.arguments?.find((argument) => argument.name.value === 'requires')?.value;
  return value?.kind === Kind.STRING ? value.value : null;
}

function withRequires(directive: ConstDirectiveNode, text: string): ConstDirectiveNode {
  const args = directive.arguments?.map((argument) =>
    argument.name.value === 'requires'
      ? { ...argument, value: { kind: Kind.STRING, value: text } as const }
      : argument,
  );
  return { ...directive, arguments: args ?? [] };
}

function graphOf(directive: ConstDirectiveNode): string {
  const value = directive.arguments?.find((argument) => argument.name.value === 'graph')?.value;
  return value?.kind === Kind.ENUM ? value.value : '';
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

function isTypeWithFields(definition: DocumentNode['definitions'][number]): definition is TypeWithFields {
  return (
    definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION
  );
}
