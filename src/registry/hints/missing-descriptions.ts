import type { ASTNode } from 'graphql';
import {
  directiveTexts,
  type Hint,
  hasDirective,
  isRoot,
  isStub,
  membersOf,
  type TypeNodes,
  typesOf,
} from './hint.ts';

/** A type or field that says nothing of itself. Features must; for the rest it is good manners. */
export const missingDescriptions: Hint = {
  name: 'missing-descriptions',
  find(subgraphs, tell) {
    for (const subgraph of subgraphs) {
      for (const type of typesOf(subgraph)) {
        if (isStub(type)) continue;
        const needsOne = !isRoot(type) && type.kind.endsWith('Definition');
        if (needsOne && !isDescribed(type))
          tell(subgraph, type.name, {
            coordinate: type.name.value,
            message: 'The type has no description.',
            mend: 'Say on the line above it, in quotes, what one of it is.',
          });
        for (const { coordinate, node } of membersOf(type)) {
          if (isDescribed(node) || explainsItself(type, node)) continue;
          tell(subgraph, node, {
            coordinate,
            message: 'It has no description.',
            mend: 'Say on the line above it, in quotes, what it means and in which unit.',
          });
        }
      }
    }
  },
};

function isDescribed(node: ASTNode): boolean {
  return 'description' in node && (node.description?.value.trim() ?? '') !== '';
}

/** What a rule tells already, what only repeats another field, and what a key's name says. */
function explainsItself(
  type: TypeNodes,
  node: ASTNode & { readonly name: { readonly value: string } },
): boolean {
  if (type.kind.startsWith('Enum')) return true;
  if (hasDirective(node as TypeNodes, 'feature', 'onDemand', 'external', 'viewRead', 'lookup')) return true;
  const keyFields = directiveTexts(type, 'key', 'fields').flatMap((text) => text.split(/[\s{}]+/));
  return keyFields.includes(node.name.value);
}
