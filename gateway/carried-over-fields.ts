/**
 * Which fields composition does nothing with but carry them over, as nearly all features are: a leaf without arguments,
 * of one subgraph alone, that no key or input names and no directive of federation but `@tag` stands on.
 */
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  specifiedScalarTypes,
} from 'graphql';
import { namedTypeOf, platformDefinitions } from '../src/registry/platform-definitions.ts';

export interface ComposedSubgraph {
  readonly name: string;
  readonly url: string;
  readonly typeDefs: DocumentNode;
  /** Whether the registry has held it to all its rules, under the platform's header: of others nothing is known. */
  readonly isChecked: boolean;
}

export function carriedOverFields(subgraphs: readonly ComposedSubgraph[]): ReadonlySet<FieldDefinitionNode> {
  const { shared, selected } = usesOf(subgraphs);
  const notSimple = namesOfNotSimple(subgraphs);
  const carried = new Set<FieldDefinitionNode>();
  for (const { typeDefs, isChecked } of subgraphs) {
    if (!isChecked) continue;
    const leaves = leavesOf(typeDefs);
    for (const definition of typeDefs.definitions) {
      if (!isSimple(definition) || notSimple.has(definition.name.value)) continue;
      for (const field of definition.fields ?? []) {
        const { name } = field;
        if (shared.has(`${definition.name.value}.${name.value}`) || selected.has(name.value)) continue;
        if (isPlain(field, leaves)) carried.add(field);
      }
    }
  }
  return carried;
}

/** Names of types that are not simple everywhere, or belong to a subgraph that is not checked, too. */
function namesOfNotSimple(subgraphs: readonly ComposedSubgraph[]): ReadonlySet<string> {
  const names = new Set(['Query', 'Mutation', 'Subscription']);
  for (const { typeDefs, isChecked } of subgraphs) {
    for (const definition of typeDefs.definitions) {
      if (isChecked && isSimple(definition)) continue;
      if ('name' in definition && definition.name !== undefined) names.add(definition.name.value);
    }
  }
  return names;
}

/** Of a type; none says anything of its fields. */
const TYPE_DIRECTIVES = new Set(['key', 'tag']);

function isSimple(definition: DefinitionNode): definition is ObjectTypeDefinitionNode {
  return (
    definition.kind === Kind.OBJECT_TYPE_DEFINITION &&
    (definition.interfaces ?? []).length === 0 &&
    (definition.directives ?? []).every(({ name }) => TYPE_DIRECTIVES.has(name.value) || isOurs(name.value))
  );
}

/** Of features: composition keeps it where it stands. */
function isOurs(directive: string): boolean {
  return platformDefinitions.directives.has(directive);
}

/**
 * Of checked subgraphs: `Type.field` that several have, and names in their keys and inputs, of whatever type.
 */
function usesOf(subgraphs: readonly ComposedSubgraph[]) {
  const seen = new Set<string>();
  const shared = new Set<string>();
  const selected = new Set<string>();
  for (const { typeDefs } of subgraphs.filter(({ isChecked }) => isChecked)) {
    for (const definition of typeDefs.definitions) {
      if (!('fields' in definition)) continue;
      addSelected(definition.directives, selected);
      for (const field of definition.fields ?? []) {
        addSelected(field.directives, selected);
        const coordinate = `${definition.name.value}.${field.name.value}`;
        if (seen.has(coordinate)) shared.add(coordinate);
        seen.add(coordinate);
      }
    }
  }
  return { shared, selected };
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

function leavesOf({ definitions }: DocumentNode): ReadonlySet<string> {
  const names = new Set(specifiedScalarTypes.map(({ name }) => name));
  for (const one of definitions) {
    if (one.kind === Kind.SCALAR_TYPE_DEFINITION || one.kind === Kind.ENUM_TYPE_DEFINITION)
      names.add(one.name.value);
  }
  return names;
}

function isPlain(field: FieldDefinitionNode, leaves: ReadonlySet<string>): boolean {
  return (
    (field.arguments ?? []).length === 0 &&
    leaves.has(namedTypeOf(field.type)) &&
    (field.directives ?? []).every((directive) => isOurs(directive.name.value) || isTagInQuotes(directive))
  );
}

/** Composition writes it in quotes, whatever it was in. */
function isTagInQuotes({ name, arguments: args = [] }: ConstDirectiveNode): boolean {
  return (
    name.value === 'tag' && args.every(({ value }) => value.kind === Kind.STRING && value.block !== true)
  );
}
