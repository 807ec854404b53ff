/** Writes the same values into Redis twice: as featuregraph keeps them, and as Feast does. */
import { once } from 'node:events';
import { copyFileSync, createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pushRows } from '../../src/ingestion/push.ts';
import type { View } from '../../src/registry/registry.ts';
import { openWorkspace } from '../../src/workspace.ts';
import { runCommand } from '../../test/services/run-command.ts';
import { featuregraphConfig } from '../serve/featuregraph-config.ts';
import type { ServeArgument } from '../serve/serve-argument.ts';
import {
  ASKED_VIEWS,
  FEATURES_PER_VIEW,
  featureName,
  figuresSdl,
  KEY_PREFIX,
  VIEWS,
  valuesOf,
  viewName,
} from './figures.ts';
import type { Feast } from './install-feast.ts';

const REPO_FILES = ['definitions.py', 'fill.py'];

export async function fillFeaturegraph(argument: ServeArgument, userCount: number): Promise<void> {
  const schemaFolder = path.join(argument.folder, 'schema');
  mkdirSync(schemaFolder, { recursive: true });
  writeFileSync(path.join(schemaFolder, 'users.graphql'), figuresSdl());
  const { store, layouts, sourceTimes, clock, config, registry, close } = await openWorkspace(
    await featuregraphConfig(argument),
  );
  const eventTimeMs = clock.nowMs();
  for (let view = 0; view < VIEWS; view += 1) {
    const { accepted } = await pushRows({
      ...{ store, layouts, sources: sourceTimes, clock, namespace: config.namespace },
      view: registry.views.get(viewName(view)) as View,
      records: function* () {
        for (let user = 0; user < userCount; user += 1) {
          const values = valuesOf(user);
          const record: Record<string, unknown> = { id: `${KEY_PREFIX}${user}`, eventTimeMs };
          for (let i = view * FEATURES_PER_VIEW; i < (view + 1) * FEATURES_PER_VIEW; i += 1)
            record[featureName(i)] = values[i];
          yield { rowNumber: user + 1, record };
        }
      },
    });
    if (accepted !== userCount) throw new Error(`${viewName(view)} took ${accepted} of ${userCount} rows.`);
  }
  await close();
}

/** @param folder where Feast's repository is made. */
export async function fillFeast(
  { python }: Feast,
  folder: string,
  redisPort: number,
  userCount: number,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const file of REPO_FILES)
    copyFileSync(path.join(import.meta.dirname, 'repo', file), path.join(folder, file));
  writeFileSync(path.join(folder, 'feature_store.yaml'), storeYaml(redisPort));
  const views = Array.from({ length: VIEWS }, (_, view) => ({
    name: viewName(view),
    features: Array.from({ length: FEATURES_PER_VIEW }, (_one, i) =>
      featureName(view * FEATURES_PER_VIEW + i),
    ),
  }));
  writeFileSync(path.join(folder, 'shape.json'), JSON.stringify({ views, askedViews: ASKED_VIEWS }));
  const rows = createWriteStream(path.join(folder, 'rows.csv'));
  rows.write(`user,${views.flatMap(({ features }) => features).join(',')}\n`);
  for (let user = 0; user < userCount; user += 1)
    rows.write(`${KEY_PREFIX}${user},${valuesOf(user).join(',')}\n`);
  rows.end();
  await once(rows, 'finish');
  await runCommand(python, ['fill.py'], folder);
}

function storeYaml(redisPort: number): string {
  return `project: bench
registry: registry.db
provider: local
online_store:
  type: redis
  connection_string: "127.0.0.1:${redisPort}"
offline_store:
  type: file
entity_key_serialization_version: 3
`;
}
