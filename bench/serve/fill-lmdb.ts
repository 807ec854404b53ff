/** Fills the embedded stores of all contestants with the same users, each in the form that it reads. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { open } from 'lmdb';
import { pushRows } from '../../src/ingestion/push.ts';
import type { View } from '../../src/registry/registry.ts';
import { openWorkspace } from '../../src/workspace.ts';
import { featuregraphConfig } from './featuregraph-config.ts';
import { packRow } from './floor-row.ts';
import { KEY_PREFIX, userFeatures, userSdl, userValues } from './user-shape.ts';

export interface FillOptions {
  readonly userCount: number;
  readonly viewCount: number;
  readonly onProgress: (fraction: number, what: string) => void;
}

export interface FilledFolders {
  readonly featuregraph: string;
  readonly apollo: string;
  readonly floor: string;
}

/** @param folder empty, and the caller's to remove. */
export async function fillLmdb(folder: string, options: FillOptions): Promise<FilledFolders> {
  const folders = {
    featuregraph: path.join(folder, 'featuregraph'),
    apollo: path.join(folder, 'apollo'),
    floor: path.join(folder, 'floor'),
  };
  await fillFeaturegraph(folders.featuregraph, options);
  await fillPlain(folders.apollo, options, 'msgpack', (values, features) =>
    Object.fromEntries(features.map(({ name }, index) => [name, values[index]])),
  );
  await fillPlain(folders.floor, options, 'binary', packRow);
  return folders;
}

async function fillFeaturegraph(folder: string, { userCount, viewCount, onProgress }: FillOptions) {
  const schemaFolder = path.join(folder, 'schema');
  await mkdir(schemaFolder, { recursive: true });
  await writeFile(path.join(schemaFolder, 'users.graphql'), userSdl(viewCount));
  const workspace = await openWorkspace(await featuregraphConfig(folder));
  const { store, layouts, sourceTimes: sources, clock, config, registry } = workspace;
  const features = userFeatures(viewCount);
  const eventTimeMs = clock.nowMs();
  for (const [index, name] of [...new Set(features.map(({ view }) => view))].entries()) {
    const view = registry.views.get(name) as View;
    const result = await pushRows({
      ...{ store, layouts, sources, clock, view, namespace: config.namespace },
      records: function* () {
        for (let user = 0; user < userCount; user += 1) {
          if (user % 1000 === 0) onProgress((index + user / userCount) / viewCount, 'filling the stores');
          const record: Record<string, unknown> = { id: `${KEY_PREFIX}${user}`, eventTimeMs };
          const values = userValues(user);
          for (const [at, feature] of features.entries())
            if (feature.view === name) record[feature.name] = values[at];
          yield { rowNumber: user + 1, record };
        }
      },
    });
    if (result.accepted !== userCount)
      throw new Error(`${name}: ${result.rejected} rows were rejected: ${JSON.stringify(result.reports[0])}`);
  }
  await workspace.close();
}

async function fillPlain(
  folder: string,
  { userCount, viewCount }: FillOptions,
  encoding: 'msgpack' | 'binary',
  rowOf: (values: readonly number[], features: ReturnType<typeof userFeatures>) => unknown,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const database = open<unknown, string>({ path: folder, encoding });
  const features = userFeatures(viewCount);
  await database.transaction(() => {
    for (let user = 0; user < userCount; user += 1)
      database.putSync(`${KEY_PREFIX}${user}`, rowOf(userValues(user), features));
  });
  await database.close();
}
