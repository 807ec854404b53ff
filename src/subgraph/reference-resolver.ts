/**
 * References to entities with features in the same domain: read with all their like in one batch, and only when
 * more than the key is selected. Others need no resolver: the stub is all there is.
 */
import { defaultFieldResolver, type GraphQLFieldResolver } from 'graphql';
import type { EntityClass } from '../features/entity-class.ts';
import { RowBackedEntity } from '../features/row-backed-entity.ts';
import type { SelectionViews } from './selection-views.ts';
import type { SubgraphContext } from './subgraph-context.ts';

export function referenceResolver(
  target: EntityClass,
  selections: SelectionViews,
): GraphQLFieldResolver<unknown, SubgraphContext> {
  return (source, args, context, info) => {
    const found = defaultFieldResolver(source, args, context, info);
    if (!(found instanceof RowBackedEntity)) return found;
    const wait = context.reader.load(found.$reads, [found], () => selections.at(info, target.name));
    return wait === null ? found : wait.then(() => found);
  };
}
