/** A lookup's resolver: one for each root field, none for each entity or value. */
import type { GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql';
import { FeaturegraphError } from '../core/errors.ts';
import type { EntityClass } from '../features/entity-class.ts';
import type { Lookup } from '../registry/registry.ts';
import { pacedItems } from './paced-items.ts';
import type { SelectionViews } from './selection-views.ts';
import type { SubgraphContext } from './subgraph-context.ts';

type Resolver = GraphQLFieldResolver<unknown, SubgraphContext, Record<string, unknown>>;

export function lookupResolver(
  lookup: Lookup,
  entityClass: EntityClass,
  selections: SelectionViews,
): Resolver {
  return lookup.kind === 'one'
    ? resolveOne(lookup, entityClass, selections)
    : resolveList(lookup, entityClass, selections);
}

function resolveOne(lookup: Lookup, entityClass: EntityClass, selections: SelectionViews): Resolver {
  return (_source, args, context, info) => {
    const values = lookup.arguments.map((name) => args[name]);
    const reads = context.reader.reads(context.request);
    const entity = entityClass.find(reads, values);
    return loaded(context, [entity], entityClass, selections, info, () => entity);
  };
}

function resolveList(lookup: Lookup, entityClass: EntityClass, selections: SelectionViews): Resolver {
  const [argument] = lookup.arguments as readonly [string];
  const { joinKeys } = entityClass.entity;
  return (_source, args, context, info) => {
    const keys = args[argument] as readonly unknown[];
    if (keys.length > lookup.maxKeys) throw tooManyKeys(lookup, keys.length);
    const reads = context.reader.reads(context.request);
    const entities = keys.map((key) =>
      entityClass.find(
        reads,
        // Keys of one part come bare; composite ones as input objects named like the parts.
        isKeyInput(key) ? joinKeys.map(({ name }) => key[name]) : [key],
      ),
    );
    const { clock } = context.request;
    return loaded(context, entities, entityClass, selections, info, () => pacedItems(entities, clock));
  };
}

function loaded<T>(
  context: SubgraphContext,
  entities: Parameters<SubgraphContext['reader']['load']>[1],
  entityClass: EntityClass,
  selections: SelectionViews,
  info: GraphQLResolveInfo,
  result: () => T,
): T | Promise<T> {
  const reads = context.reader.reads(context.request);
  const wait = context.reader.load(reads, entities, () => selections.at(info, entityClass.name));
  return wait === null ? result() : wait.then(result);
}

function isKeyInput(key: unknown): key is Record<string, unknown> {
  return typeof key === 'object' && key !== null;
}

function tooManyKeys(lookup: Lookup, count: number): FeaturegraphError {
  return new FeaturegraphError(
    'LIST_LIMIT',
    `${lookup.field} takes at most ${lookup.maxKeys} keys, got ${count}. Split the list.`,
    { field: lookup.field, maxKeys: lookup.maxKeys },
  );
}
