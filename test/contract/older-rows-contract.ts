/** What every online store promises while programs of two versions write: rows of the older format count as they are. */
import { expect, test } from 'vitest';
import type { OnlineStore, RowWrite } from '../../src/stores/online-store.ts';
import { crcOfRow, viewSeed } from '../../src/stores/row-checksum.ts';
import { CONTRACT_TIME_MS, type ContractRow, keyOf, textsOf, writeOf } from './contract-rows.ts';

const SUM_BYTES = 4;

export function olderRowsContract(store: () => OnlineStore): void {
  test('a row that an older program wrote is read, beside newer ones, and gives way in its order', async () => {
    const key = keyOf();
    const row = (view: number, text: string, afterMs = 0): ContractRow => ({
      ...{ ...key, view, text, eventTimeMs: CONTRACT_TIME_MS + afterMs },
    });
    const texts = async () => textsOf((await store().readMany([{ ...key, views: [1, 2, 3, 4] }]))[0]);
    await store().writeMany([
      ...[olderOf(row(1, 'one')), olderOf(row(2, 'two')), olderOf(row(3, 'three', 9))],
      writeOf(row(4, 'four')),
    ]);
    expect(await texts()).toEqual(['one', 'two', 'three', 'four']);
    await store().writeMany([
      ...[writeOf(row(2, 'newer', 1)), writeOf(row(3, 'late', 8))],
      olderOf({ ...row(4, '', 1), tombstone: true }),
    ]);
    expect(await texts()).toEqual(['one', 'newer', 'three', 'deleted']);
  });

  test('the same row from both programs, again and again, is one and stays', async () => {
    const key = { ...keyOf(), view: 1 };
    const [older, newer] = [olderOf({ ...key, text: 'same' }), writeOf({ ...key, text: 'same' })];
    for (const write of [older, newer, older, newer, older]) {
      await store().writeMany([write]);
      expect(textsOf((await store().readMany([{ ...key, views: [1] }]))[0])).toEqual(['same']);
    }
  });
}

/** As an older program would have written it: with a CRC-32. */
function olderOf(given: ContractRow): RowWrite {
  const write = writeOf(given);
  const row = Buffer.from(write.row);
  const end = row.length - SUM_BYTES;
  row[0] = 1;
  const seed = viewSeed(write.namespace, write.block, write.view);
  row.writeInt32BE(crcOfRow(seed, write.entityKey, row.subarray(0, end)), end);
  return { ...write, row };
}
