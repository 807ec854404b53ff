/** Which subgraphs can resolve each field, and what they need of others for it, out of a supergraph's SDL. */
import { type ConstDirectiveNode, type DocumentNode, type FieldDefinitionNode, Kind } from 'graphql';

/** `Type.field` → names of subgraphs. */
export type FieldOwners = ReadonlyMap<string, readonly string[]>;

export function readFieldOwners(supergraph: DocumentNode): FieldOwners {
  const names = graphNames(supergraph);
  const owners = new Map<string, readonly string[]>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION)
      continue;
    const ofType = directives(definition.directives, 'join__type').flatMap((one) => graphOf(one, names));
    for (const field of definition.fields ?? [])
      owners.set(
        `${definition.name.value}.${field.name.value}`,
        ownersOf(field, [...new Set(ofType)], names),
      );
  }
  return owners;
}

/** A field that says nothing is had of every subgraph that has the type. */
function ownersOf(
  field: FieldDefinitionNode,
  ofType: readonly string[],
  names: ReadonlyMap<string, string>,
): readonly string[] {
  const joins = directives(field.directives, 'join__field');
  const said = joins.some((join) => textOf(join, 'graph') !== null);
  if (!said) return ofType;
  return joins.flatMap((join) => (textOf(join, 'external') === 'true' ? [] : graphOf(join, names)));
}

function graphNames(supergraph: DocumentNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const value of definition.values ?? [])
      for (const graph of directives(value.directives, 'join__graph'))
        names.set(value.name.value, textOf(graph, 'name') ?? value.name.value);
  }
  return names;
}

function graphOf(directive: ConstDirectiveNode, names: ReadonlyMap<string, string>): string[] {
  const name = names.get(textOf(directive, 'graph') ?? '');
  return name === undefined ? [] : [name];
}

function directives(all: readonly ConstDirectiveNode[] | undefined, name: string): ConstDirectiveNode[] {
  return all?.filter((directive) => directive.name.value === name) ?? [];
}

function textOf(directive: ConstDirectiveNode, argument: string): string | null {
  const value = directive.arguments?.find((node) => node.name.value === argument)?.value;
  return value !== undefined && 'value' in value ? String(value.value) : null;
}
