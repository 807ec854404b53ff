/**
 * Large domains are composed in short: of the fields that composition only carries over, which nearly all features are,
 * it is given the first of each kind, and the others are put beside it afterwards, as they would have been. What holds
 * of one field of a kind holds of all, so a problem of the whole is one of the short form, too.
 */
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
} from 'graphql';
import { namedTypeOf, platformDefinitions } from '../src/registry/platform-definitions.ts';

export interface ComposedSubgraph {
  readonly name: string;
  readonly url: string;
  readonly typeDefs: DocumentNode;
  /** Whether the registry has held it to all its rules, under the platform's header: of others nothing is left out. */
  readonly isChecked: boolean;
}

export interface AbridgedSubgraphs {
  readonly subgraphs: readonly ComposedSubgraph[];
  /** Whether something was left out. */
  readonly isShorter: boolean;
  /** @returns what was composed with what was left out. */
  complete(supergraph: DocumentNode): DocumentNode;
}

/** Fields left out of a type, which stood behind one that was kept, and one of their kind. */
interface LeftOut {
  readonly like: string;
  readonly fields: FieldDefinitionNode[];
}

/** `Type.field` after which they stand. */
type LeftOutAfter = Map<string, LeftOut>;

export function abridgeSubgraphs(subgraphs: readonly ComposedSubgraph[]): AbridgedSubgraphs {
  const types = simpleTypes(subgraphs);
  const leftOut: LeftOutAfter = new Map();
  const shorter = subgraphs.map((subgraph) => ({
    ...subgraph,
    typeDefs: subgraph.isChecked ? abridge(subgraph.typeDefs, types, leftOut) : subgraph.typeDefs,
  }));
  return {
    subgraphs: shorter,
    isShorter: leftOut.size > 0,
    complete: (supergraph) => ({
      ...supergraph,
      definitions: supergraph.definitions.map((definition) => completed(definition, leftOut)),
    }),
  };
}

/** Object types of checked subgraphs alone, without what would make their fields more than fields. */
interface SimpleTypes {
  readonly definitions: ReadonlySet<ObjectTypeDefinitionNode>;
  /** `Type.field` that several subgraphs have. */
  readonly shared: ReadonlySet<string>;
  /** Names in the keys and inputs of these subgraphs, of whatever type. */
  readonly selected: ReadonlySet<string>;
}

function simpleTypes(subgraphs: readonly ComposedSubgraph[]): SimpleTypes {
  const byName = new Map<string, ObjectTypeDefinitionNode[]>();
  const others = new Set<string>(['Query', 'Mutation', 'Subscription']);
  const shared = new Set<string>();
  const selected = new Set<string>();
  const seen = new Set<string>();
  for (const { typeDefs, isChecked } of subgraphs) {
    for (const definition of typeDefs.definitions) {
      if (!('name' in definition) || definition.name === undefined) continue;
      const name = definition.name.value;
      if (!isChecked || !isSimple(definition)) others.add(name);
      else byName.set(name, [...(byName.get(name) ?? []), definition]);
      if (!isChecked || !('fields' in definition)) continue;
      addSelected(definition.directives, selected);
      for (const field of definition.fields ?? []) {
        addSelected(field.directives, selected);
        const coordinate = `${name}.${field.name.value}`;
        if (seen.has(coordinate)) shared.add(coordinate);
        seen.add(coordinate);
      }
    }
  }
  const definitions = [...byName].flatMap(([name, found]) => (others.has(name) ? [] : found));
  return { definitions: new Set(definitions), shared, selected };
}

function isSimple(definition: DefinitionNode): definition is ObjectTypeDefinitionNode {
  return (
    definition.kind === Kind.OBJECT_TYPE_DEFINITION &&
    (definition.interfaces ?? []).length === 0 &&
    (definition.directives ?? []).every(({ name }) => TYPE_DIRECTIVES.has(name.value) || isOurs(name.value))
  );
}

/** Of a type; none says anything of its fields. */
const TYPE_DIRECTIVES = new Set(['key', 'tag']);

/** Of features: composition keeps it where it stands. */
function isOurs(directive: string): boolean {
  return platformDefinitions.directives.has(directive);
}

const SELECTING = new Set(['key', 'requires', 'provides']);

function addSelected(directives: readonly ConstDirectiveNode[] | undefined, names: Set<string>): void {
  for (const directive of directives ?? []) {
    if (!SELECTING.has(directive.name.value)) continue;
    for (const { value } of directive.arguments ?? []) {
      if (value.kind !== Kind.STRING) continue;
      for (const name of value.value.match(/\w+/g) ?? []) names.add(name);
    }
  }
}

function abridge(document: DocumentNode, types: SimpleTypes, leftOut: LeftOutAfter): DocumentNode {
  const leaves = new Set(['ID', 'Int', 'Float', 'String', 'Boolean']);
  for (const { kind, name } of document.definitions.filter((one) => 'name' in one)) {
    if (kind === Kind.SCALAR_TYPE_DEFINITION || kind === Kind.ENUM_TYPE_DEFINITION)
      leaves.add(name?.value ?? '');
  }
  const seen = new Set<string>();
  return {
    ...document,
    definitions: document.definitions.map((definition) =>
      types.definitions.has(definition as ObjectTypeDefinitionNode)
        ? abridgeType(definition as ObjectTypeDefinitionNode, types, leaves, seen, leftOut)
        : definition,
    ),
  };
}

/** @param seen what the document has shown so far: the first of each type and directive is kept. */
function abridgeType(
  type: ObjectTypeDefinitionNode,
  { shared, selected }: SimpleTypes,
  leaves: ReadonlySet<string>,
  seen: Set<string>,
  leftOut: LeftOutAfter,
): ObjectTypeDefinitionNode {
  const coordinateOf = (name: string): string => `${type.name.value}.${name}`;
  /** The last that was kept and stands in the supergraph in the order of this document. */
  let last = '';
  let like = '';
  const fields = (type.fields ?? []).filter((field) => {
    const name = field.name.value;
    if (shared.has(coordinateOf(name)) || selected.has(name)) return true;
    const isCarried = isCarriedOver(field, leaves);
    if (isCarried && like !== '' && isSeen(field, seen)) {
      const after = leftOut.get(coordinateOf(last));
      if (after === undefined) leftOut.set(coordinateOf(last), { like, fields: [field] });
      else after.fields.push(field);
      return false;
    }
    if (isCarried) {
      like ||= name;
      see(field, seen);
    }
    last = name;
    return true;
  });
  return { ...type, fields };
}

function isCarriedOver(field: FieldDefinitionNode, leaves: ReadonlySet<string>): boolean {
  return (
    (field.arguments ?? []).length === 0 &&
    leaves.has(namedTypeOf(field.type)) &&
    (field.directives ?? []).every(
      (directive) => isOurs(directive.name.value) || (isTag(directive) && isInQuotes(directive)),
    )
  );
}

function isTag({ name }: ConstDirectiveNode): boolean {
  return name.value === 'tag';
}

/** Composition writes it in quotes, whatever it was in. */
function isInQuotes({ arguments: args = [] }: ConstDirectiveNode): boolean {
  return args.every(({ value }) => value.kind === Kind.STRING && value.block !== true);
}

function isSeen(field: FieldDefinitionNode, seen: ReadonlySet<string>): boolean {
  return (
    seen.has(namedTypeOf(field.type)) &&
    (field.directives ?? []).every(({ name }) => seen.has(`@${name.value}`))
  );
}

function see(field: FieldDefinitionNode, seen: Set<string>): void {
  seen.add(namedTypeOf(field.type));
  for (const { name } of field.directives ?? []) seen.add(`@${name.value}`);
}

function completed(definition: DefinitionNode, leftOut: LeftOutAfter): DefinitionNode {
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return definition;
  const fields = definition.fields?.flatMap((field) => {
    const after = leftOut.get(`${definition.name.value}.${field.name.value}`);
    if (after === undefined) return field;
    const like = definition.fields?.find(({ name }) => name.value === after.like);
    const joins = like?.directives?.filter(({ name }) => name.value === 'join__field') ?? [];
    return [field, ...after.fields.map((one) => composed(one, joins))];
  });
  return { ...definition, fields: fields ?? [] };
}

/** As composition would have made it: our directives, where it is had, its tags. */
function composed(field: FieldDefinitionNode, joins: readonly ConstDirectiveNode[]): FieldDefinitionNode {
  const directives = field.directives ?? [];
  return {
    ...field,
    ...(field.description && { description: { ...field.description, block: true } }),
    directives: [...directives.filter((one) => !isTag(one)), ...joins, ...tagsOf(directives)],
  };
}

/** Each once. */
function tagsOf(directives: readonly ConstDirectiveNode[]): ConstDirectiveNode[] {
  const tags = new Map<string, ConstDirectiveNode>();
  for (const directive of directives.filter(isTag)) {
    const value = directive.arguments?.[0]?.value;
    if (value?.kind === Kind.STRING && !tags.has(value.value)) tags.set(value.value, directive);
  }
  return [...tags.values()];
}
