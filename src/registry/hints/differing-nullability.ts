import type { TypeNode } from 'graphql';
import { typeText } from '../type-fit.ts';
import { type Hint, type HintedSubgraph, type Member, membersOf, typesOf } from './hint.ts';

/** A field that can be null in one subgraph and not in another: clients see it nullable, and one side's promise is lost. */
export const differingNullability: Hint = {
  name: 'differing-nullability',
  find(subgraphs, tell) {
    for (const places of fieldsByCoordinate(subgraphs).values()) {
      for (const here of places) {
        const other = places.find(
          ({ subgraph, type }) =>
            subgraph !== here.subgraph && type !== here.type && bare(type) === bare(here.type),
        );
        if (other === undefined) continue;
        tell(here.subgraph, here.member.node, {
          coordinate: here.member.coordinate,
          message: `The field is ${here.type} here and ${other.type} in ${other.subgraph.file}.`,
          mend: 'Give both the same type.',
        });
      }
    }
  },
};

interface Place {
  readonly subgraph: HintedSubgraph;
  readonly member: Member;
  readonly type: string;
}

function fieldsByCoordinate(subgraphs: readonly HintedSubgraph[]): ReadonlyMap<string, readonly Place[]> {
  const fields = new Map<string, Place[]>();
  for (const subgraph of subgraphs) {
    for (const member of typesOf(subgraph).flatMap(membersOf)) {
      if (!('type' in member.node)) continue;
      const place = { subgraph, member, type: typeText(member.node.type as TypeNode) };
      const others = fields.get(member.coordinate);
      if (others === undefined) fields.set(member.coordinate, [place]);
      else others.push(place);
    }
  }
  return fields;
}

function bare(type: string): string {
  return type.replaceAll('!', '');
}
