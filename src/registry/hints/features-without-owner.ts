import { directiveTexts, type Hint, hasDirective, membersOf, type TypeNodes, typesOf } from './hint.ts';

/** A feature for which no team answers: nobody is asked before it changes, and nobody told when it fails. */
export const featuresWithoutOwner: Hint = {
  name: 'features-without-owner',
  find(subgraphs, tell) {
    for (const subgraph of subgraphs) {
      for (const type of typesOf(subgraph)) {
        if (hasOwner(type)) continue;
        const features = membersOf(type).filter(({ node }) =>
          hasDirective(node as TypeNodes, 'feature', 'onDemand'),
        );
        const without = features.filter(({ node }) => !hasOwner(node as TypeNodes));
        if (without.length === 0) continue;
        const names = without.map(({ node }) => node.name.value).join(', ');
        tell(subgraph, type.name, {
          coordinate: type.name.value,
          message: `No owner is named for ${names}.`,
          mend: `Add @tag(name: "owner/${subgraph.name}") to the type: it counts for all of its features.`,
        });
      }
    }
  },
};

function hasOwner(node: TypeNodes): boolean {
  return directiveTexts(node, 'tag', 'name').some((tag) => tag.startsWith('owner/'));
}
