/** A team's own resolvers: what they read is read before them, what they return is read after them. */
import type { GraphQLFieldResolver } from 'graphql';
import type { EntityClass } from '../features/entity-class.ts';
import { RowBackedEntity } from '../features/row-backed-entity.ts';
import type { SelectionViews } from './selection-views.ts';
import type { SubgraphContext } from './subgraph-context.ts';

export type TeamResolver = GraphQLFieldResolver<unknown, SubgraphContext> & {
  /**
   * Fields of its entity that it uses. Set it (`[]` for the key alone) so that no more is read for it; a resolver
   * that does not say so is given every feature of its entity.
   */
  readonly reads?: readonly string[];
};

/** What must have been read of the entity that the field belongs to. */
export function needsOfTeamResolver(resolver: TeamResolver, entityClass: EntityClass) {
  if (resolver.reads === undefined) return entityClass.allNeeds;
  return resolver.reads.flatMap((field) => entityClass.needsOf(field));
}

/** @param isEntity whether the field's type is an entity of the domain. */
export function teamResolver(
  resolver: TeamResolver,
  selections: SelectionViews,
  isEntity: boolean,
): GraphQLFieldResolver<unknown, SubgraphContext> {
  if (!isEntity) return resolver;
  return async (source, args, context, info) => {
    const result = await resolver(source, args, context, info);
    const entities = (Array.isArray(result) ? result : [result]).filter(
      (item) => item instanceof RowBackedEntity,
    );
    if (entities.length === 0) return result;
    const reads = context.reader.reads(context.request);
    await context.reader.load(reads, entities, ({ name }) => selections.at(info, name));
    return result;
  };
}
