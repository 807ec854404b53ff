/** Looks into the hot store past the front. */

import { encodeEntityKey } from '../../src/core/entity-key.ts';
import { readBlock } from '../../src/stores/block-format.ts';
import { rowAt } from '../../src/stores/block-rows.ts';
import type { BlockKey } from '../../src/stores/online-store.ts';
import { isTombstone } from '../../src/stores/row-format.ts';
import { storageKey } from '../../src/stores/storage-key.ts';
import { connectOnce } from '../services/redis.ts';
import type { Front } from './front.ts';
import type { View } from './model.ts';

export function blockKeyOf(front: Front, view: View, id: string): BlockKey {
  const entityKey = encodeEntityKey([id]);
  if (typeof entityKey !== 'string') throw new TypeError(entityKey.message);
  return { namespace: front.workspace.config.namespace, block: front.schemaView(view).blockId, entityKey };
}

export const redisKeyOf = (front: Front, view: View, id: string): string =>
  storageKey(blockKeyOf(front, view, id));

/** One per item: the text that stands in Redis, `null` where there is no row, `deleted` for a tombstone or absence. */
export async function hotTexts(
  front: Front,
  redis: { readonly port: number },
  view: View,
  ids: readonly string[],
): Promise<(string | null)[]> {
  const client = connectOnce(redis.port);
  await client.connect();
  try {
    const blocks = await client.mgetBuffer(ids.map((id) => redisKeyOf(front, view, id)));
    return blocks.map((block) => textIn(front, view, block));
  } finally {
    client.disconnect();
  }
}

export function textIn(front: Front, view: View, block: Buffer | null): string | null {
  const row = block === null ? undefined : rowAt(readBlock(block, [front.schemaView(view).id]), 0);
  if (row === undefined) return null;
  return isTombstone(row) ? 'deleted' : front.textOfRow(view, row);
}

/** Reads of Redis so far that took more than 50 ms: twice what they may, because the machine has other things to do. */
export async function slowReads(front: Front, store = 'redis', bucket = '0.05'): Promise<number> {
  const counts = await front.metric('featuregraph_read_duration_seconds', 'store', 'le');
  return (counts.get(`${store} +Inf`) ?? 0) - (counts.get(`${store} ${bucket}`) ?? 0);
}
