/**
 * `_entities`: all representations of a call are one batch, and one that is no entity spoils no other. Replaces
 * the library's own resolver, which wraps each entity in a promise of its own.
 */

import type { GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql';
import { describeReceived } from '../core/feature-value.ts';
import { isRecord } from '../core/is-record.ts';
import type { EntityClass } from '../features/entity-class.ts';
import { FeatureError } from '../features/feature-error.ts';
import { type Given, RowBackedEntity } from '../features/row-backed-entity.ts';
import { pacedItems } from './paced-items.ts';
import type { SelectionViews } from './selection-views.ts';
import type { SubgraphContext } from './subgraph-context.ts';

type Representation = Readonly<Record<string, unknown>>;
type LettersByField = Readonly<Record<string, string>>;

export function entitiesResolver(
  classes: ReadonlyMap<string, EntityClass>,
  selections: SelectionViews,
): GraphQLFieldResolver<unknown, SubgraphContext, { representations: readonly unknown[] }> {
  return (_source, { representations }, context, info) => {
    const reads = context.reader.reads(context.request);
    const letters = lettersOf(context, info);
    const answer = representations.map((representation, index) => {
      if (!isRecord(representation)) return noRepresentation(representation);
      const entityClass = classes.get(String(representation.__typename));
      if (entityClass === undefined) return unknownType(representation);
      const values = entityClass.entity.joinKeys.map(({ name }) => representation[name]);
      return entityClass.find(reads, values, given(entityClass, representation, letters, index));
    });
    const entities = answer.filter((item) => item instanceof RowBackedEntity);
    const wait = context.reader.load(reads, entities, ({ name }) => selections.at(info, name));
    const { clock } = context.request;
    return wait === null ? pacedItems(answer, clock) : wait.then(() => pacedItems(answer, clock));
  };
}

function given(
  entityClass: EntityClass,
  representation: Representation,
  letters: LettersByField | null,
  index: number,
): Given | null {
  const { externals } = entityClass.entity;
  if (externals.size === 0) return null;
  if (letters === null) return { representation, letters: null };
  const own: Record<string, string> = {};
  for (const field of externals.keys()) {
    const letter = letters[field]?.[index];
    if (letter !== undefined) own[field] = letter;
  }
  return { representation, letters: own };
}

/** Statuses are told by variable, so they are found by the variable that the representations came in. */
function lettersOf(context: SubgraphContext, info: GraphQLResolveInfo): LettersByField | null {
  if (context.inputStatuses === null) return null;
  const value = info.fieldNodes[0]?.arguments?.find(({ name }) => name.value === 'representations')?.value;
  return value?.kind === 'Variable' ? (context.inputStatuses[value.name.value] ?? null) : null;
}

function noRepresentation(value: unknown): FeatureError {
  const received = describeReceived(value);
  return new FeatureError('INVALID_KEY', `A representation must be an object, got ${received}.`, {});
}

function unknownType(representation: Representation): FeatureError {
  const received = describeReceived(representation.__typename);
  const message = `A representation must name one of the subgraph's entities in __typename, got ${received}.`;
  return new FeatureError('INVALID_KEY', message, {});
}
