import { crc32 } from 'node:zlib';
import type { Redis } from 'ioredis';
import { encodeRow } from '../../src/stores/row-format.ts';
import type { StoreContestant } from './store-contestants.ts';

/** Bytes that an entity takes in Redis: our block beside a hash laid out as Feast lays it out, of the same values. */
export interface MemoryShape {
  readonly features: number;
  readonly views: number;
}

export interface MemoryFigures {
  readonly ourBytes: number;
  readonly feastBytes: number;
}

const ENTITIES = 2000;
const EVENT_TIME_MS = Date.UTC(2025, 0, 1);

export async function measureMemory(
  { store, client }: StoreContestant & { readonly client: Redis },
  { features, views }: MemoryShape,
  random: () => number,
): Promise<MemoryFigures> {
  const perView = Math.ceil(features / views);
  const values = Array.from({ length: ENTITIES }, () =>
    Array.from({ length: features }, () => Math.floor(random() * 100_000)),
  );
  const viewIds = Array.from({ length: views }, (_, view) => crc32(`view_${view}@1`));
  const address = { namespace: 'bench', block: `m${features}` };

  const before = await usedBytes(client);
  const writes = values.flatMap((ofEntity, entity) =>
    viewIds.map((view, index) => {
      const segments = ofEntity.slice(index * perView, (index + 1) * perView).map((v) => Buffer.from(`${v}`));
      const entityKey = `user_${entity}`;
      const content = {
        eventTimeMs: EVENT_TIME_MS,
        revision: 0,
        createdTimeMs: EVENT_TIME_MS,
        layoutId: 1,
        tombstone: false,
        segments,
      };
      return { ...address, entityKey, view, row: encodeRow({ ...address, entityKey, view }, content) };
    }),
  );
  for (let at = 0; at < writes.length; at += 1000) await store.writeMany(writes.slice(at, at + 1000));
  const between = await usedBytes(client);
  for (let entity = 0; entity < ENTITIES; entity += 100) {
    const pipeline = client.pipeline();
    for (let i = entity; i < entity + 100; i += 1) {
      pipeline.hset(feastKey(`user_${i}`), ...feastFields(values[i] as number[], views, perView));
    }
    await pipeline.exec();
  }
  const after = await usedBytes(client);
  await client.flushall();
  return { ourBytes: (between - before) / ENTITIES, feastBytes: (after - between) / ENTITIES };
}

/** Feast's serialized entity key (join key's type, name, value's type, length and value), then the project. */
function feastKey(user: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(user.length);
  const type = Buffer.from([2, 0, 0, 0]);
  return Buffer.concat([type, Buffer.from('user_id'), type, length, Buffer.from(user), Buffer.from('bench')]);
}

/** Per feature four hashed bytes → its value as a protobuf; per view `_ts:<view>` → a protobuf timestamp. */
function feastFields(values: readonly number[], views: number, perView: number): Buffer[] {
  const fields: Buffer[] = [];
  values.forEach((value, index) => {
    const name = Buffer.alloc(4);
    name.writeUInt32LE(crc32(`view_${Math.floor(index / perView)}:feature_${index}`));
    fields.push(name, Buffer.from([0x20, ...varint(value)]));
  });
  for (let view = 0; view < views; view += 1) {
    fields.push(Buffer.from(`_ts:view_${view}`), Buffer.from([0x08, ...varint(EVENT_TIME_MS / 1000)]));
  }
  return fields;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

async function usedBytes(client: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
}
