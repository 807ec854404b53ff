/** A schema of any size as files, and rows of its first entity: the same whatever else the schema has. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pushRows } from '../../src/ingestion/push.ts';
import type { DomainSource } from '../../src/registry/domain-source.ts';
import type { View } from '../../src/registry/registry.ts';
import { openWorkspace, type Workspace } from '../../src/workspace.ts';
import { seededRandom } from '../form/seeded-random.ts';
import { featuregraphConfig } from '../serve/featuregraph-config.ts';
import type { ServeArgument } from '../serve/serve-argument.ts';

export const ENTITY = { type: 'D0E0', list: 'd0E0List', keyPrefix: 'thing-' } as const;

const CODE = `export const transforms = {
  half: {
    inputs: { value: 'Int' },
    output: 'Float',
    compute: ({ value }) => (value === null ? null : value / 2),
  },
};
`;

/** @param folder empty, and the caller's to remove. @returns what its server is started with. */
export async function fillSchema(
  folder: string,
  domains: readonly DomainSource[],
  entityCount: number,
): Promise<ServeArgument> {
  const argument: ServeArgument = { store: 'lmdb', folder, redisPort: null };
  const schemaFolder = path.join(folder, 'schema');
  await mkdir(schemaFolder, { recursive: true });
  for (const { name, sdl } of domains) {
    await writeFile(path.join(schemaFolder, `${name}.graphql`), sdl);
    await writeFile(path.join(schemaFolder, `${name}.mjs`), CODE);
  }
  const workspace = await openWorkspace(await featuregraphConfig(argument));
  for (const view of viewsOf(workspace)) await fillView(workspace, view, entityCount);
  await workspace.close();
  return argument;
}

function viewsOf({ registry }: Workspace): readonly View[] {
  return registry.domains.find(({ name }) => name === 'domain-0')?.entities.get(ENTITY.type)?.views ?? [];
}

async function fillView(workspace: Workspace, view: View, entityCount: number): Promise<void> {
  const { store, layouts, sourceTimes: sources, clock, config } = workspace;
  const eventTimeMs = clock.nowMs();
  const { accepted, reports } = await pushRows({
    ...{ store, layouts, sources, clock, namespace: config.namespace, view },
    records: function* () {
      for (let entity = 0; entity < entityCount; entity += 1) {
        const random = seededRandom(entity + 1);
        const record: Record<string, unknown> = { id: `${ENTITY.keyPrefix}${entity}`, eventTimeMs };
        for (const { name, type } of view.features) {
          const kind = type.kind === 'scalar' ? type.name : type.kind;
          record[name] = VALUES[kind]?.(Math.floor(random() * NUMBER_MAX)) ?? null;
        }
        yield { rowNumber: entity + 1, record };
      }
    },
  });
  if (accepted !== entityCount) throw new Error(`${view.name}: ${JSON.stringify(reports[0])}`);
}

const NUMBER_MAX = 100_000;

const VALUES: Readonly<Record<string, (number: number) => unknown>> = {
  Int: (number) => number,
  Float: (number) => number / 100,
  String: (number) => `text ${number}`,
  ID: (number) => `thing-${number}`,
  Boolean: (number) => number % 2 === 0,
  BigInt: (number) => String(number),
  Decimal: (number) => `${number}.5`,
  DateTime: (number) => new Date(number * 1000).toISOString(),
  list: (number) => [number, number + 1],
  enum: () => 'LOW',
};
