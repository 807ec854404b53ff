import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type DefinitionNode,
  type DirectiveDefinitionNode,
  Kind,
  parse,
  type SchemaExtensionNode,
  Source,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql';

/**
 * What every domain's file is given when it is loaded, read once from `schema/directives.graphql`, which ships
 * with the package and is the only place where these definitions are written.
 */
export const PLATFORM_DEFINITIONS_FILE = fileURLToPath(
  new URL('../../schema/directives.graphql', import.meta.url),
);

export interface PlatformDefinitions {
  readonly text: string;
  readonly header: SchemaExtensionNode;
  readonly directives: ReadonlyMap<string, DirectiveDefinitionNode>;
  /** Scalars, ReadStatus and ViewRead. */
  readonly types: ReadonlyMap<string, TypeDefinitionNode>;
}

function readPlatformDefinitions(): PlatformDefinitions {
  const text = readFileSync(PLATFORM_DEFINITIONS_FILE, 'utf8');
  const document = parse(new Source(text, 'directives.graphql'));
  let header: SchemaExtensionNode | undefined;
  const directives = new Map<string, DirectiveDefinitionNode>();
  const types = new Map<string, TypeDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.SCHEMA_EXTENSION) header = definition;
    else if (definition.kind === Kind.DIRECTIVE_DEFINITION) directives.set(definition.name.value, definition);
    else if ('name' in definition && definition.name !== undefined)
      types.set(definition.name.value, definition as TypeDefinitionNode);
  }
  if (header === undefined) throw new Error(`${PLATFORM_DEFINITIONS_FILE} has no \`extend schema\`.`);
  return { text, header, directives, types };
}

export const platformDefinitions = readPlatformDefinitions();

/** Names of the types of all fields and arguments. By hand: graphql's `visit` is the slowest part otherwise. */
export function mentionedTypes(definitions: readonly DefinitionNode[]): Set<string> {
  const names = new Set<string>();
  for (const definition of definitions) {
    if (definition.kind === Kind.DIRECTIVE_DEFINITION) {
      for (const argument of definition.arguments ?? []) names.add(namedTypeOf(argument.type));
    }
    if (!('fields' in definition)) continue;
    for (const field of definition.fields ?? []) {
      names.add(namedTypeOf(field.type));
      if (field.kind !== Kind.FIELD_DEFINITION) continue;
      for (const argument of field.arguments ?? []) names.add(namedTypeOf(argument.type));
    }
  }
  return names;
}

/** `[Int!]!` → `Int`. */
export function namedTypeOf(type: TypeNode): string {
  let inner = type;
  while (inner.kind !== Kind.NAMED_TYPE) inner = inner.type;
  return inner.name.value;
}

/** The platform's types that are needed for `mentioned`, with those that they need in turn, in their order. */
export function neededTypes(mentioned: ReadonlySet<string>): TypeDefinitionNode[] {
  const needed = new Set<string>();
  let names: Iterable<string> = mentioned;
  for (;;) {
    const found = [...names].flatMap((name) => {
      const definition = platformDefinitions.types.get(name);
      return definition === undefined || needed.has(name) ? [] : [definition];
    });
    if (found.length === 0) break;
    for (const definition of found) needed.add(definition.name.value);
    names = mentionedTypes(found);
  }
  return [...platformDefinitions.types.values()].filter((definition) => needed.has(definition.name.value));
}
