/** Physical removal of an entity, for the right to be forgotten; a delete is a tombstone, which is another thing. */
import { encodeEntityKey } from '../core/entity-key.ts';
import { FeaturegraphError } from '../core/errors.ts';
import { parseJoinKey } from '../core/join-key.ts';
import { didYouMean } from '../core/nearest-name.ts';
import type { Entity, Registry } from '../registry/registry.ts';
import { isStoreFailure, type OnlineStore } from '../stores/online-store.ts';
import { keyRecordOf } from './delete.ts';

export interface EraseOptions {
  readonly registry: Registry;
  readonly store: Pick<OnlineStore, 'eraseMany'>;
  readonly namespace: string;
  /** Name of its GraphQL type. */
  readonly entity: string;
  /** Texts of its join keys, in their order. */
  readonly key: readonly string[];
}

export interface Erasure {
  /** Ids of the blocks that are gone, in every tier. */
  readonly erased: readonly string[];
  /** Those that could not be erased; erase again. */
  readonly failed: readonly { readonly block: string; readonly reason: string }[];
}

/**
 * Erases all rows of one entity in one namespace, of all domains. A late write may bring a row back: stop the source first.
 * @throws FeaturegraphError BAD_USER_INPUT, INVALID_KEY or ENTITY_KEY_TOO_LONG
 */
export async function eraseEntity(options: EraseOptions): Promise<Erasure> {
  const { registry, store, namespace, entity: name, key } = options;
  const entities = registry.domains
    .flatMap((domain) => [...domain.entities.values()])
    .filter((entity) => entity.name === name);
  const blocks = entities.flatMap((entity) => entity.blocks.map((block) => ({ entity, block: block.id })));
  if (blocks.length === 0) {
    const known = registry.domains.flatMap(({ entities: all }) =>
      [...all.values()].flatMap((entity) => (entity.blocks.length > 0 ? entity.name : [])),
    );
    throw new FeaturegraphError(
      'BAD_USER_INPUT',
      `There is no entity ${name} with rows of its own.${didYouMean(name, known)} Expected one of ${[...new Set(known)].toSorted().join(', ') || 'none'}.`,
    );
  }
  const slots = await store.eraseMany(
    blocks.map(({ entity, block }) => ({ namespace, block, entityKey: keyOf(entity, key) })),
  );
  const erased: string[] = [];
  const failed: { block: string; reason: string }[] = [];
  slots.forEach((slot, index) => {
    const { block } = blocks[index] as (typeof blocks)[number];
    if (isStoreFailure(slot)) failed.push({ block, reason: `${slot.failed}: ${slot.detail}` });
    else erased.push(block);
  });
  return { erased, failed };
}

function keyOf(entity: Entity, parts: readonly string[]) {
  const { joinKeys } = entity;
  if (parts.length !== joinKeys.length)
    throw new FeaturegraphError(
      'BAD_USER_INPUT',
      `Expected the key of ${entity.name} as ${joinKeys.map((one) => `<${one.name}>`).join(' ')}, got ${parts.length} parts.`,
    );
  const record = keyRecordOf(entity, parts);
  const texts = joinKeys.map(({ name, type }) => {
    const part = parseJoinKey(type, record[name]);
    if (typeof part === 'string') return part;
    throw new FeaturegraphError(
      'INVALID_KEY',
      `The join key ${name} is expected to be ${part.expected}, got ${part.received}.`,
    );
  });
  const entityKey = encodeEntityKey(texts);
  if (typeof entityKey === 'string') return entityKey;
  throw new FeaturegraphError(entityKey.code, entityKey.message);
}
