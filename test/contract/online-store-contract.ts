/**
 * What every online store promises, whatever is behind it. A store is tested by handing it in here; nothing is
 * asked that only one store could keep: of two rows with the same order key either may stay, and a store need not
 * know whether a row was written or kept.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BLOCK_MAX_BYTES } from '../../src/core/bounds.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { BlockKey, OnlineStore } from '../../src/stores/online-store.ts';
import {
  CONTRACT_TIME_MS,
  keyOf,
  newestOf,
  outcomesOf,
  rowOf,
  rowsOf,
  textsOf,
  writeOf,
} from './contract-rows.ts';
import { olderRowsContract } from './older-rows-contract.ts';
import { anyOrderEndsTheSame } from './online-store-model.ts';

/** @param openStore opens one more client of the same rows; each client is closed by itself. */
export function onlineStoreContract(name: string, openStore: () => Promise<OnlineStore>): void {
  describe(`${name} keeps the promises of an online store`, () => {
    let store: OnlineStore;
    let other: OnlineStore;
    beforeAll(async () => {
      store = await openStore();
      other = await openStore();
    });
    afterAll(async () => {
      await store.close();
      await other.close();
    });
    const stores = { store: () => store, other: () => other };
    readingContract(stores);
    slotsContract(stores);
    orderContract(stores);
    olderRowsContract(() => store);
    writersContract(stores);
    limitsContract(stores, openStore);
  });
}

interface Stores {
  store(): OnlineStore;
  /** A second client of the same rows. */
  other(): OnlineStore;
}

function readingContract({ store, other }: Stores): void {
  test('what was written is read, byte for byte, by every client', async () => {
    const key = keyOf();
    const write = writeOf({ ...key, view: 7, text: 'grüße \u{1F680} \u0000 "' });
    expect(outcomesOf(await store().writeMany([write]))).toEqual([expect.toBeOneOf(['WRITTEN', 'UNTOLD'])]);
    for (const client of [store(), other()]) {
      const [slot] = await client.readMany([{ ...key, views: [7] }]);
      expect(rowOf(slot)).toEqual(Buffer.from(write.row));
    }
  });

  test('rows come in the order of the views asked for; a view without a row is an empty place', async () => {
    const key = keyOf();
    const views = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff];
    await store().writeMany(views.map((view) => writeOf({ ...key, view, text: `v${view}` })));
    const wanted = [0xffffffff, 5, 0, 0x80000000, 0x7ffffffe, 1, 0];
    const [slot] = await store().readMany([{ ...key, views: wanted }]);
    expect(textsOf(slot)).toEqual(['v4294967295', undefined, 'v0', 'v2147483648', undefined, 'v1', 'v0']);
  });

  test('a block that was never written has empty places, and asking no view has none', async () => {
    const key = keyOf();
    const slots = await store().readMany([
      { ...key, views: [1, 2] },
      { ...key, views: [] },
    ]);
    expect(rowsOf(slots)).toEqual([[undefined, undefined], []]);
  });

  test('rows in hand do not change with later reads and writes, and a written buffer is free again', async () => {
    const key = keyOf();
    const write = writeOf({ ...key, view: 1, text: 'first' });
    const bytes = Buffer.from(write.row);
    await store().writeMany([write]);
    write.row.fill(0);
    const [held] = await store().readMany([{ ...key, views: [1] }]);
    await store().writeMany([writeOf({ ...key, view: 1, text: 'later', eventTimeMs: CONTRACT_TIME_MS + 1 })]);
    await store().readMany(Array.from({ length: 50 }, () => ({ ...keyOf(), views: [1] })));
    await store().readMany([{ ...key, views: [1] }]);
    expect(rowOf(held)).toEqual(bytes);
  });
}

function slotsContract({ store }: Stores): void {
  test('no keys, no slots', async () => {
    expect(await store().readMany([])).toEqual([]);
    expect(await store().writeMany([])).toEqual([]);
    expect(await store().eraseMany([])).toEqual([]);
  });

  test('two thousand keys in one call have their slots in order, missing ones between', async () => {
    const namespace = randomUUID();
    const keys = Array.from({ length: 2000 }, (_, i) => keyOf({ namespace, parts: [`e${i}`] }));
    const written = keys.filter((_, i) => i % 3 !== 0);
    const outcomes = outcomesOf(
      await store().writeMany(written.map((key) => writeOf({ ...key, view: 3, text: key.entityKey }))),
    );
    expect(outcomes.every((outcome) => outcome === 'WRITTEN' || outcome === 'UNTOLD')).toBe(true);
    const slots = await store().readMany(keys.map((key) => ({ ...key, views: [3] })));
    expect(slots.map((slot) => textsOf(slot)[0])).toEqual(
      keys.map((key, i) => (i % 3 === 0 ? undefined : key.entityKey)),
    );
  });

  test('the same key several times in a call has a slot each, with its own views', async () => {
    const key = keyOf();
    await store().writeMany([
      writeOf({ ...key, view: 1, text: 'one' }),
      writeOf({ ...key, view: 2, text: 'two' }),
    ]);
    const slots = await store().readMany([
      { ...key, views: [1] },
      { ...key, views: [2, 1] },
      { ...key, views: [1] },
    ]);
    expect(slots.map(textsOf)).toEqual([['one'], ['two', 'one'], ['one']]);
  });

  test("a key that cannot be one fails alone; its neighbours' slots are served", async () => {
    const key = keyOf();
    const bad = { ...key, entityKey: 'a}:{b\u0000' };
    const outcomes = outcomesOf(
      await store().writeMany([
        { ...bad, view: 1, row: writeOf({ ...key, view: 1 }).row },
        writeOf({ ...key, view: 1, text: 'good' }),
      ]),
    );
    expect(outcomes).toEqual(['UNAVAILABLE', expect.toBeOneOf(['WRITTEN', 'UNTOLD'])]);
    const slots = await store().readMany([
      { ...bad, views: [1] },
      { ...key, views: [1] },
    ]);
    expect(slots[0]).toMatchObject({ failed: 'UNAVAILABLE' });
    expect(textsOf(slots[1])).toEqual(['good']);
    expect(outcomesOf(await store().eraseMany([bad, keyOf()]))).toEqual(['UNAVAILABLE', 'ERASED']);
  });

  test('hostile namespaces, blocks and keys neither collide nor reach into each other', async () => {
    const run = randomUUID();
    const hostile = [
      'a',
      'a:b',
      'a}',
      '{a}',
      '%61',
      '%',
      ':',
      ',',
      '\u0000',
      '\u{1F6EB}',
      'ü',
      "';DROP",
      '..',
      ' ',
    ];
    const keys: BlockKey[] = [];
    for (const text of hostile) {
      keys.push(keyOf({ namespace: `${run}${text}` }));
      keys.push(keyOf({ namespace: run, block: text }));
      keys.push(keyOf({ namespace: run, parts: [text] }));
      keys.push(keyOf({ namespace: run, parts: [text, 'b'] }));
      keys.push(keyOf({ namespace: run, parts: [`${text},b`] }));
    }
    const writes = keys.map((key, i) => writeOf({ ...key, view: 1, text: `row ${i}` }));
    await store().writeMany(writes);
    const slots = await store().readMany(keys.map((key) => ({ ...key, views: [1] })));
    expect(slots.map((slot) => textsOf(slot)[0])).toEqual(keys.map((_, i) => `row ${i}`));
    await store().eraseMany([keys[0] as BlockKey]);
    const after = await store().readMany(keys.map((key) => ({ ...key, views: [1] })));
    expect(after.filter((slot) => textsOf(slot)[0] === undefined)).toHaveLength(1);
  });

  test('the longest key, namespace and block are kept', async () => {
    const key = keyOf({
      namespace: randomUUID() + '\u{1F6EB}'.repeat(23),
      block: `${'d'.repeat(63)}.${'E'.repeat(64)}`,
      parts: ['k'.repeat(512)],
    });
    await store().writeMany([writeOf({ ...key, view: 1, text: 'long' })]);
    const [slot] = await store().readMany([{ ...key, views: [1] }]);
    expect(textsOf(slot)).toEqual(['long']);
  });

  test('erasing removes whole blocks and nothing else; later events count again', async () => {
    const namespace = randomUUID();
    const [key, neighbour] = [keyOf({ namespace, parts: ['a'] }), keyOf({ namespace, parts: ['b'] })];
    const views = [1, 2];
    const writes = [key, neighbour].flatMap((k) => views.map((view) => writeOf({ ...k, view, text: 'old' })));
    await store().writeMany(writes);
    expect(outcomesOf(await store().eraseMany([key, keyOf({ namespace, parts: ['never'] })]))).toEqual([
      'ERASED',
      'ERASED',
    ]);
    const read = async () =>
      (
        await store().readMany([
          { ...key, views },
          { ...neighbour, views },
        ])
      ).map(textsOf);
    expect(await read()).toEqual([
      [undefined, undefined],
      ['old', 'old'],
    ]);
    await store().writeMany([
      writeOf({ ...key, view: 1, text: 'new', eventTimeMs: CONTRACT_TIME_MS + 60_000 }),
    ]);
    expect(await read()).toEqual([
      ['new', undefined],
      ['old', 'old'],
    ]);
  });
}

function orderContract({ store }: Stores): void {
  test('the newer event stays, whichever came last', async () => {
    const key = keyOf();
    const at = (eventTimeMs: number) => writeOf({ ...key, view: 1, eventTimeMs, text: `at ${eventTimeMs}` });
    const [old, middle, young] = [0, 1, 2].map((add) => at(CONTRACT_TIME_MS + add)) as [
      ReturnType<typeof at>,
      ReturnType<typeof at>,
      ReturnType<typeof at>,
    ];
    await store().writeMany([middle]);
    expect(outcomesOf(await store().writeMany([old]))).toEqual([expect.toBeOneOf(['KEPT', 'UNTOLD'])]);
    expect(rowOf((await store().readMany([{ ...key, views: [1] }]))[0])).toEqual(middle.row);
    expect(outcomesOf(await store().writeMany([young]))).toEqual([expect.toBeOneOf(['WRITTEN', 'UNTOLD'])]);
    await store().writeMany([middle, old, young, middle]);
    expect(rowOf((await store().readMany([{ ...key, views: [1] }]))[0])).toEqual(young.row);
  });

  test('a higher revision of the same event stays; 999 is below the next millisecond', async () => {
    const key = keyOf();
    const rows = [
      { eventTimeMs: CONTRACT_TIME_MS, revision: 1 },
      { eventTimeMs: CONTRACT_TIME_MS, revision: 999 },
      { eventTimeMs: CONTRACT_TIME_MS, revision: 10 },
    ].map((time) => writeOf({ ...key, ...time, view: 1, text: `r${time.revision}` }));
    await store().writeMany(rows);
    expect(textsOf((await store().readMany([{ ...key, views: [1] }]))[0])).toEqual(['r999']);
    await store().writeMany([
      writeOf({ ...key, view: 1, eventTimeMs: CONTRACT_TIME_MS + 1, revision: 0, text: 'next' }),
      ...rows,
    ]);
    expect(textsOf((await store().readMany([{ ...key, views: [1] }]))[0])).toEqual(['next']);
  });

  test('a deletion is a row: it hides what is older and gives way to what is newer', async () => {
    const key = keyOf();
    const tombstone = writeOf({ ...key, view: 1, eventTimeMs: CONTRACT_TIME_MS + 10, tombstone: true });
    const late = writeOf({ ...key, view: 1, eventTimeMs: CONTRACT_TIME_MS + 5, text: 'late' });
    const after = writeOf({ ...key, view: 1, eventTimeMs: CONTRACT_TIME_MS + 11, text: 'after' });
    await store().writeMany([writeOf({ ...key, view: 1, text: 'first' })]);
    await store().writeMany([tombstone]);
    await store().writeMany([late]);
    expect(rowOf((await store().readMany([{ ...key, views: [1] }]))[0])).toEqual(tombstone.row);
    await store().writeMany([after]);
    await store().writeMany([tombstone]);
    expect(textsOf((await store().readMany([{ ...key, views: [1] }]))[0])).toEqual(['after']);
  });

  test('of two contents of the same event one stays, whole, and both clients see the same', async () => {
    const key = keyOf();
    const both = ['a', 'bbbbbbbbbb'].map((text) => writeOf({ ...key, view: 1, text }));
    await Promise.all(both.map((write) => store().writeMany([write])));
    const [slot] = await store().readMany([{ ...key, views: [1] }]);
    expect(both.map((write) => write.row)).toContainEqual(rowOf(slot));
  });

  test('any order of duplicates ends in the state of a plain model', async () => {
    await anyOrderEndsTheSame(store());
  });
}

function writersContract({ store, other }: Stores): void {
  test('writers at the same time lose nothing: the newest row of every view stands', async () => {
    const namespace = randomUUID();
    const keys = ['a', 'b', 'c'].map((part) => keyOf({ namespace, parts: [part] }));
    const views = [1, 2, 3];
    const writes = Array.from({ length: 240 }, (_, i) =>
      writeOf({
        ...(keys[i % 3] as BlockKey),
        view: views[Math.floor(i / 3) % 3] as number,
        eventTimeMs: CONTRACT_TIME_MS + ((i * 7919) % 240),
        text: `w${i}`,
      }),
    );
    await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        (i % 2 === 0 ? store() : other()).writeMany(writes.slice(i * 4, i * 4 + 4)),
      ),
    );
    const expected = keys.map((key) => views.map((view) => newestOf(writes, key, view)));
    for (const client of [store(), other()]) {
      const slots = await client.readMany(keys.map((key) => ({ ...key, views })));
      expect(rowsOf(slots)).toEqual(expected);
    }
  });

  test('what one client was told is written, the other reads at once', async () => {
    for (let i = 0; i < 20; i += 1) {
      const key = keyOf();
      await other().readMany([{ ...key, views: [1] }]);
      await store().writeMany([writeOf({ ...key, view: 1, text: `seen ${i}` })]);
      expect(textsOf((await other().readMany([{ ...key, views: [1] }]))[0])).toEqual([`seen ${i}`]);
    }
  });
}

function limitsContract({ store }: Stores, openStore: () => Promise<OnlineStore>): void {
  test('a row larger than a block may be is refused alone, and what stood stays', async () => {
    const key = keyOf();
    const standing = writeOf({ ...key, view: 1, text: 'stands' });
    await store().writeMany([standing]);
    const large = writeOf({
      ...key,
      view: 1,
      eventTimeMs: CONTRACT_TIME_MS + 1,
      text: 'x'.repeat(BLOCK_MAX_BYTES),
    });
    const neighbour = keyOf();
    const outcomes = outcomesOf(
      await store().writeMany([large, writeOf({ ...neighbour, view: 1, text: 'small' })]),
    );
    expect(outcomes).toEqual(['TOO_LARGE', expect.toBeOneOf(['WRITTEN', 'UNTOLD'])]);
    const slots = await store().readMany([key, neighbour].map((k) => ({ ...k, views: [1] })));
    expect(slots.map(textsOf)).toEqual([['stands'], ['small']]);
  });

  test('a row near the largest is kept whole', async () => {
    const key = keyOf();
    const write = writeOf({ ...key, view: 1, text: 'y'.repeat(BLOCK_MAX_BYTES - 512) });
    await store().writeMany([write]);
    expect(rowOf((await store().readMany([{ ...key, views: [1] }]))[0])).toEqual(write.row);
  });

  test('a row of another address, or bytes that are no row, are never served', async () => {
    const [key, elsewhere] = [keyOf(), keyOf()];
    const { row } = writeOf({ ...elsewhere, view: 1, text: 'not yours' });
    const torn = writeOf({ ...elsewhere, view: 1 }).row.subarray(0, 20);
    await store().writeMany([
      { ...key, view: 1, row },
      { ...elsewhere, view: 1, row: torn },
    ]);
    for (const slot of await store().readMany([key, elsewhere].map((k) => ({ ...k, views: [1] })))) {
      if (!('failed' in (slot as object))) expect(rowsOf([slot])).toEqual([[undefined]]);
      else expect(slot).toMatchObject({ failed: 'CORRUPT' });
    }
  });

  test('after the deadline nothing is started: every slot says TIMEOUT', async () => {
    const key = keyOf();
    const past = { deadlineAtMs: systemClock.monotonicMs() - 1 };
    const write = writeOf({ ...key, view: 1, text: 'too late' });
    expect(outcomesOf(await store().writeMany([write, write], past))).toEqual(['TIMEOUT', 'TIMEOUT']);
    expect(await store().readMany([{ ...key, views: [1] }], past)).toEqual([
      expect.objectContaining({ failed: 'TIMEOUT' }),
    ]);
    const future = { deadlineAtMs: systemClock.monotonicMs() + 20_000 };
    expect(rowsOf(await store().readMany([{ ...key, views: [1] }], future))).toEqual([[undefined]]);
  });

  test('an open store is well; a closed one says UNAVAILABLE, and may be closed again', async () => {
    expect(await store().check()).toMatchObject({ ok: true });
    const short = await openStore();
    await short.close();
    await short.close();
    const key = keyOf();
    expect(await short.readMany([{ ...key, views: [1] }])).toEqual([
      expect.objectContaining({ failed: 'UNAVAILABLE' }),
    ]);
    expect(outcomesOf(await short.writeMany([writeOf({ ...key, view: 1 })]))).toEqual(['UNAVAILABLE']);
    expect(outcomesOf(await short.eraseMany([key]))).toEqual(['UNAVAILABLE']);
    expect(await short.check()).toMatchObject({ ok: false });
    expect(await store().check()).toMatchObject({ ok: true });
  });
}
