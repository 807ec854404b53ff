/** Where the floor's rows come from: one MGET of ioredis, LMDB's own buffer, or a map. */
import { Redis } from 'ioredis';
import { open } from 'lmdb';
import type { ServeArgument } from './serve-argument.ts';

export type FloorStore =
  | { readonly mget: (keys: string[]) => Promise<(Buffer | null)[]> }
  /** What is returned may stand in a buffer that the next call uses again. */
  | { readonly get: (key: string) => Buffer };

export async function openFloorStore({ store, folder, redisPort }: ServeArgument): Promise<FloorStore> {
  if (store === 'redis') {
    const client = new Redis(redisPort as number, '127.0.0.1');
    return { mget: (keys) => client.mgetBuffer(keys) };
  }
  const database = open<Buffer, string>({ path: folder, readOnly: true, encoding: 'binary' });
  if (store === 'lmdb') return { get: (key) => database.getBinaryFast(key) as Buffer };
  const rows = [...database.getRange()];
  await database.close();
  // In one buffer, as everything that is read together.
  const arena = Buffer.concat(rows.map(({ value }) => value));
  let at = 0;
  const byKey = new Map<string, Buffer>();
  for (const { key, value } of rows) {
    byKey.set(key, arena.subarray(at, at + value.length));
    at += value.length;
  }
  return { get: (key) => byKey.get(key) as Buffer };
}
