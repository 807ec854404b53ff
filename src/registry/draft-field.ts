import type { ConstDirectiveNode, FieldDefinitionNode } from 'graphql';
import { FEATURE_MAX_BYTES_DEFAULT } from '../core/bounds.ts';
import type { DraftFeature, DraftField, DraftOnDemand } from './draft.ts';
import {
  fieldSetNames,
  integerArgument,
  readArguments,
  textArgument,
  textListArgument,
} from './read-directive.ts';

/** Reads one field and its directives, as they were written. */
export function draftField(typeName: string, node: FieldDefinitionNode): DraftField {
  const name = node.name.value;
  const byName = new Map<string, ConstDirectiveNode>();
  const tags: string[] = [];
  for (const directive of node.directives ?? []) {
    if (directive.name.value === 'tag') {
      const tag = textArgument(readArguments(directive).name);
      if (tag !== undefined) tags.push(tag);
    } else if (!byName.has(directive.name.value)) {
      byName.set(directive.name.value, directive);
    }
  }
  return {
    coordinate: `${typeName}.${name}`,
    name,
    typeName,
    node,
    type: node.type,
    feature: draftFeature(name, byName.get('feature')),
    onDemand: draftOnDemand(byName.get('onDemand')),
    vector: draftVector(byName.get('vector')),
    reference: draftReference(byName.get('reference')),
    viewRead: draftViewRead(byName.get('viewRead')),
    lookup: draftLookup(byName.get('lookup')),
    requires: draftRequires(byName.get('requires')),
    external: byName.get('external'),
    tags,
  };
}

function draftFeature(field: string, node: ConstDirectiveNode | undefined): DraftFeature | undefined {
  if (node === undefined) return undefined;
  const args = readArguments(node);
  return {
    node,
    viewText: textArgument(args.view) ?? '',
    name: textArgument(args.name) ?? field,
    maxItems: integerArgument(args.maxItems),
    maxBytes: integerArgument(args.maxBytes) ?? FEATURE_MAX_BYTES_DEFAULT,
    onInvalid: textArgument(args.onInvalid) ?? 'REJECT',
    hasDefault: 'default' in args,
    default: args.default,
  };
}

function draftOnDemand(node: ConstDirectiveNode | undefined): DraftOnDemand | undefined {
  if (node === undefined) return undefined;
  const args = readArguments(node);
  return {
    node,
    transform: textArgument(args.transform) ?? '',
    inputs: textListArgument(args.inputs),
    hasDefault: 'default' in args,
    default: args.default,
  };
}

function draftVector(node: ConstDirectiveNode | undefined): DraftField['vector'] {
  if (node === undefined) return undefined;
  const args = readArguments(node);
  return { node, dim: integerArgument(args.dim) ?? 0, element: textArgument(args.element) ?? 'F32' };
}

function draftReference(node: ConstDirectiveNode | undefined): DraftField['reference'] {
  return node === undefined ? undefined : { node, key: textListArgument(readArguments(node).key) };
}

function draftViewRead(node: ConstDirectiveNode | undefined): DraftField['viewRead'] {
  return node === undefined ? undefined : { node, viewText: textArgument(readArguments(node).view) ?? '' };
}

function draftLookup(node: ConstDirectiveNode | undefined): DraftField['lookup'] {
  return node === undefined ? undefined : { node, maxKeys: integerArgument(readArguments(node).maxKeys) };
}

function draftRequires(node: ConstDirectiveNode | undefined): DraftField['requires'] {
  return node === undefined ? undefined : { node, names: fieldSetNames(readArguments(node).fields) };
}
