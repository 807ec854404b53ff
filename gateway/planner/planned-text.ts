/**
 * A supergraph's text for the planner: without what it does not look at. Descriptions and directives of features are four
 * fifths of a text of features, and of the time in which the planner reads it.
 */
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  print,
} from 'graphql';
import { platformDefinitions } from '../../src/registry/platform-definitions.ts';

export function plannedText(supergraph: DocumentNode): string {
  return print({ ...supergraph, definitions: supergraph.definitions.map(planned) });
}

function planned(definition: DefinitionNode): DefinitionNode {
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) {
    return definition;
  }
  return { ...bare(definition), fields: definition.fields?.map(bare) ?? [] };
}

type Described = Extract<DefinitionNode, { readonly fields?: readonly FieldDefinitionNode[] }>;

function bare<Node extends Described | FieldDefinitionNode>(node: Node): Node {
  return { ...node, description: undefined, directives: node.directives?.filter(isPlanned) ?? [] };
}

function isPlanned({ name }: ConstDirectiveNode): boolean {
  return name.value !== 'tag' && !platformDefinitions.directives.has(name.value);
}
