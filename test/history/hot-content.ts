/** What stands in Redis, looked at past the product's reading, as records for the checker. */
import type { Redis } from 'ioredis';
import { encodeEntityKey } from '../../src/core/entity-key.ts';
import type { Registry, View } from '../../src/registry/registry.ts';
import { readBlock } from '../../src/stores/block-format.ts';
import { rowAt } from '../../src/stores/block-rows.ts';
import { isTombstone, orderKeyOf, segmentOf, verifyRow } from '../../src/stores/row-format.ts';
import { storageKey } from '../../src/stores/storage-key.ts';
import { FIELDS, idOf, NAMESPACES, numberOf, orderInValue, VIEWS } from './cells.ts';
import { KIND, monotonicMs, type OperationLog, SEEN } from './operation-log.ts';

const REVISIONS = 1000;

/** Adds a record for each cell. @param asked of `ASKED`. */
export async function logHotContent(
  redis: Redis,
  registry: Registry,
  goods: number,
  log: OperationLog,
  asked: number,
): Promise<void> {
  for (let good = 0; good < goods; good += 1) {
    for (let namespace = 0; namespace < NAMESPACES.length; namespace += 1) {
      for (let view = 0; view < VIEWS.length; view += 1) {
        const { id, blockId, layout } = registry.views.get(VIEWS[view] as string) as View;
        const entityKey = encodeEntityKey([idOf(good)]);
        if (typeof entityKey !== 'string') throw new TypeError(entityKey.message);
        const address = { namespace: NAMESPACES[namespace] as string, block: blockId, entityKey };
        const cell = numberOf({ namespace, view, good });
        const startMs = monotonicMs();
        const block = await redis.getBuffer(storageKey(address));
        const row = block === null ? undefined : rowAt(readBlock(block, [id]), 0);
        const feature = layout.names.indexOf(FIELDS[view] as string);
        const seen =
          row === undefined
            ? { outcome: SEEN.NOTHING_KNOWN, order: 0 }
            : seenIn(row, cell, feature, verifyRow({ ...address, view: id }, row));
        log.add({ kind: KIND.READ, asked, cell, startMs, endMs: monotonicMs(), ...seen });
      }
    }
  }
  log.flush();
}

function seenIn(
  row: Uint8Array,
  cell: number,
  feature: number,
  isWhole: boolean,
): { outcome: number; order: number } {
  if (!isWhole) return { outcome: SEEN.OTHER, order: 0 };
  const orderKey = orderKeyOf(row);
  // Absence is kept as a row older than every other.
  if (isTombstone(row) && orderKey === 0) return { outcome: SEEN.NOT_FOUND, order: 0 };
  if (isTombstone(row)) return { outcome: SEEN.DELETED, order: Math.floor(orderKey / REVISIONS) };
  const segment = segmentOf(row, feature);
  const order = segment === undefined ? null : orderInValue(cell, JSON.parse(segment.toString()));
  if (order === null || order !== orderKey / REVISIONS) return { outcome: SEEN.OTHER, order: 0 };
  return { outcome: SEEN.VALUE, order };
}
