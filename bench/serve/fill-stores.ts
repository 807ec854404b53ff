/** Fills the stores of all contestants with the same entities, each in the form that it reads. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Redis } from 'ioredis';
import { open } from 'lmdb';
import { pushRows } from '../../src/ingestion/push.ts';
import type { View } from '../../src/registry/registry.ts';
import { openWorkspace, type Workspace } from '../../src/workspace.ts';
import { APOLLO_KEY, type PlainEntity, plainEntities } from './apollo-store.ts';
import { featuregraphConfig } from './featuregraph-config.ts';
import { floorRows } from './floor-rows.ts';
import { ALL_VIEWS, countOf, domainsSdl, KEY_PREFIX, type StoredView, valuesOf } from './population.ts';
import type { ServeArgument, StoreKind } from './serve-argument.ts';

export interface FillOptions {
  readonly store: StoreKind;
  readonly redisPort: number | null;
  readonly userCount: number;
  readonly onProgress: (fraction: number, what: string) => void;
}

export type Filled = Readonly<Record<'featuregraph' | 'apollo' | 'floor', ServeArgument>>;

/** Of what is written to Redis at once. */
const BATCH = 1000;

/** @param folder empty, and the caller's to remove. */
export async function fillStores(folder: string, options: FillOptions): Promise<Filled> {
  const { store, redisPort, userCount } = options;
  const argument = (name: string): ServeArgument => ({ store, redisPort, folder: path.join(folder, name) });
  const filled = {
    featuregraph: argument('featuregraph'),
    apollo: argument('apollo'),
    floor: argument('floor'),
  };
  await fillFeaturegraph(filled.featuregraph, options);
  if (redisPort === null) {
    await fillLmdb(filled.apollo.folder, 'msgpack', plainEntities(ALL_VIEWS, userCount));
    await fillLmdb(filled.floor.folder, 'binary', floorRows(userCount));
  } else {
    await fillRedis(redisPort, userCount);
  }
  return filled;
}

async function fillFeaturegraph(argument: ServeArgument, options: FillOptions): Promise<void> {
  const schemaFolder = path.join(argument.folder, 'schema');
  await mkdir(schemaFolder, { recursive: true });
  for (const [domain, sdl] of domainsSdl())
    await writeFile(path.join(schemaFolder, `${domain}.graphql`), sdl);
  const workspace = await openWorkspace(await featuregraphConfig(argument));
  for (const [index, view] of ALL_VIEWS.entries())
    await pushView(workspace, view, countOf(view.type, options.userCount), (fraction) =>
      options.onProgress((index + fraction) / ALL_VIEWS.length, 'filling the stores'),
    );
  await workspace.close();
}

async function pushView(
  { store, layouts, sourceTimes: sources, clock, config, registry }: Workspace,
  stored: StoredView,
  entityCount: number,
  onProgress: (fraction: number) => void,
): Promise<void> {
  const eventTimeMs = clock.nowMs();
  const result = await pushRows({
    ...{ store, layouts, sources, clock, namespace: config.namespace },
    view: registry.views.get(stored.name) as View,
    records: function* () {
      for (let entity = 0; entity < entityCount; entity += 1) {
        if (entity % BATCH === 0) onProgress(entity / entityCount);
        const record: Record<string, unknown> = { id: `${KEY_PREFIX[stored.type]}${entity}`, eventTimeMs };
        const values = valuesOf(stored, entity);
        for (const [at, { name }] of stored.features.entries()) record[name] = values[at];
        yield { rowNumber: entity + 1, record };
      }
    },
  });
  if (result.accepted !== entityCount)
    throw new Error(
      `${stored.name}: ${result.rejected} rows were rejected: ${JSON.stringify(result.reports[0])}`,
    );
}

async function fillLmdb(
  folder: string,
  encoding: 'msgpack' | 'binary',
  rows: Iterable<readonly [string, unknown]>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const database = open<unknown, string>({ path: folder, encoding });
  await database.transaction(() => {
    for (const [key, row] of rows) database.putSync(key, row);
  });
  await database.close();
}

async function fillRedis(port: number, userCount: number): Promise<void> {
  const client = new Redis(port, '127.0.0.1');
  let pipeline = client.pipeline();
  const flushFull = async (min: number): Promise<void> => {
    if (pipeline.length < min) return;
    await pipeline.exec();
    pipeline = client.pipeline();
  };
  for (const [key, row] of floorRows(userCount)) {
    pipeline.set(key, row);
    await flushFull(BATCH);
  }
  for (const [key, entity] of plainEntities(ALL_VIEWS, userCount)) {
    pipeline.hset(APOLLO_KEY + key, entity as PlainEntity);
    await flushFull(BATCH);
  }
  await flushFull(1);
  client.disconnect();
}
