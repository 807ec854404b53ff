/** How a plain server reads entities: a hash in Redis, an object in LMDB, or one in a map. */
import { Redis } from 'ioredis';
import { open } from 'lmdb';
import { countOf, KEY_PREFIX, type StoredView, valuesOf } from './population.ts';
import type { ServeArgument } from './serve-argument.ts';

/** Hashes of Redis have texts; GraphQL's own scalars make numbers of them. */
export type PlainEntity = Readonly<Record<string, number | string>>;
export type LoadMany = (keys: readonly string[]) => Promise<PlainEntity[]>;

export const APOLLO_KEY = 'apollo:';

export async function openApolloStore({ store, folder, redisPort }: ServeArgument): Promise<LoadMany> {
  if (store === 'redis') return openRedis(redisPort as number);
  const database = open<PlainEntity, string>({ path: folder, readOnly: true });
  if (store === 'lmdb') return async (keys) => keys.map((key) => database.get(key) as PlainEntity);
  const entities = new Map<string, PlainEntity>();
  for (const { key, value } of database.getRange()) entities.set(key, value);
  await database.close();
  return async (keys) => keys.map((key) => entities.get(key) as PlainEntity);
}

async function openRedis(port: number): Promise<LoadMany> {
  const client = new Redis(port, '127.0.0.1');
  return async (keys) => {
    const pipeline = client.pipeline();
    for (const key of keys) pipeline.hgetall(APOLLO_KEY + key);
    const results = (await pipeline.exec()) ?? [];
    return results.map(([error, entity]) => {
      if (error !== null) throw error;
      return entity as PlainEntity;
    });
  };
}

/** Every entity of a type under its key, with the features of all its views together. */
export function* plainEntities(
  views: readonly StoredView[],
  userCount: number,
): Generator<readonly [string, PlainEntity]> {
  for (const type of new Set(views.map((view) => view.type))) {
    const own = views.filter((view) => view.type === type);
    for (let entity = 0; entity < countOf(type, userCount); entity += 1) {
      const values = own.flatMap((view) => {
        const ofView = valuesOf(view, entity);
        return view.features.map(({ name }, index) => [name, ofView[index] as number | string] as const);
      });
      yield [`${KEY_PREFIX[type]}${entity}`, Object.fromEntries(values)];
    }
  }
}
