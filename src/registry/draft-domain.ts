import {
  type ConstDirectiveNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type InputObjectTypeDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
} from 'graphql';
import type { DomainSource } from './domain-source.ts';
import type { DraftDomain, DraftEntity, DraftField, DraftKey, DraftType, DraftView } from './draft.ts';
import { findView } from './draft.ts';
import { draftField } from './draft-field.ts';
import { federateDocument } from './federated-sdl.ts';
import { platformDefinitions } from './platform-definitions.ts';
import { fieldSetNames, integerArgument, readArguments, textArgument } from './read-directive.ts';

/** From one parsed file to its draft. This is what has fields there. */
type FieldsNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode | InterfaceTypeDefinitionNode;

/** Reads a parsed file into a draft. Never fails: what makes no sense is left for the rules to tell. */
export function draftDomain(source: DomainSource, authored: DocumentNode): DraftDomain {
  const { text, document } = federateDocument(source.sdl, authored);
  const nodes = new Map<string, FieldsNode[]>();
  const enums = new Map<string, EnumTypeDefinitionNode>();
  const inputs = new Map<string, InputObjectTypeDefinitionNode>();
  const ownScalars = new Set<string>();
  for (const definition of authored.definitions) {
    switch (definition.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.OBJECT_TYPE_EXTENSION:
      case Kind.INTERFACE_TYPE_DEFINITION: {
        const name = definition.name.value;
        if (platformDefinitions.types.has(name)) break;
        const others = nodes.get(name);
        if (others === undefined) nodes.set(name, [definition]);
        else others.push(definition);
        break;
      }
      case Kind.ENUM_TYPE_DEFINITION:
        enums.set(definition.name.value, definition);
        break;
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        inputs.set(definition.name.value, definition);
        break;
      case Kind.SCALAR_TYPE_DEFINITION:
        if (!platformDefinitions.types.has(definition.name.value)) ownScalars.add(definition.name.value);
        break;
    }
  }
  const types = new Map<string, DraftType>();
  const entities = new Map<string, DraftEntity>();
  for (const [name, parts] of nodes) {
    const type = draftType(name, parts);
    types.set(name, type);
    if (type.isEntity && !type.isRequestEntity) entities.set(name, draftEntity(source.name, type));
  }
  const queries = [...(types.get('Query')?.fields.values() ?? [])];
  const { name, file, code } = source;
  return {
    name,
    file,
    code,
    codeIsElsewhere: source.codeIsElsewhere === true,
    authored,
    federated: document,
    federatedSdl: text,
    types,
    enums,
    inputs,
    ownScalars,
    entities,
    queries,
  };
}

function draftType(name: string, nodes: readonly FieldsNode[]): DraftType {
  const first = nodes[0] as FieldsNode;
  const directives = nodes.flatMap((node) => node.directives ?? []);
  const fields = new Map<string, DraftField>();
  for (const node of nodes) {
    for (const field of node.fields ?? []) {
      // A second definition of a field is told by the rules of GraphQL; the first one stands.
      if (!fields.has(field.name.value)) fields.set(field.name.value, draftField(name, field));
    }
  }
  return {
    name,
    kind: first.kind === Kind.INTERFACE_TYPE_DEFINITION ? 'interface' : 'object',
    nodes,
    nameNode: first.name,
    directives,
    fields,
    isEntity: directives.some((directive) => directive.name.value === 'key'),
    isRequestEntity: directives.some((directive) => directive.name.value === 'requestEntity'),
  };
}

function draftEntity(domain: string, type: DraftType): DraftEntity {
  const keys = type.directives.filter((directive) => directive.name.value === 'key').map(draftKey);
  const joinKeys = (keys[0]?.names ?? []).flatMap((name) => type.fields.get(name) ?? []);
  const views = type.directives
    .filter((directive) => directive.name.value === 'view')
    .flatMap((node) => draftView(node) ?? []);
  const entity: DraftEntity = {
    domain,
    name: type.name,
    type,
    keys,
    isStub: keys.every((key) => !key.resolvable),
    joinKeys,
    isKeyKnown: joinKeys.length > 0 && joinKeys.length === keys[0]?.names?.length,
    views,
    tags: type.directives
      .filter((directive) => directive.name.value === 'tag')
      .flatMap((node) => textArgument(readArguments(node).name) ?? []),
  };
  for (const field of type.fields.values()) {
    if (field.feature === undefined) continue;
    const view = findView(entity, field.feature.viewText);
    if (view !== undefined) (view.features as DraftField[]).push(field);
  }
  return entity;
}

function draftKey(node: ConstDirectiveNode): DraftKey {
  const args = readArguments(node);
  return { node, names: fieldSetNames(args.fields), resolvable: args.resolvable !== false };
}

function draftView(node: ConstDirectiveNode): DraftView | undefined {
  const args = readArguments(node);
  const name = textArgument(args.name);
  if (name === undefined) return undefined;
  return {
    node,
    name,
    version: integerArgument(args.version) ?? 1,
    ttl: textArgument(args.ttl),
    block: textArgument(args.block),
    source: textArgument(args.source),
    sourceMaxLag: textArgument(args.sourceMaxLag),
    availableAfter: textArgument(args.availableAfter),
    hot: textArgument(args.hot) ?? 'ON_WRITE',
    external: textArgument(args.external),
    features: [],
  };
}
