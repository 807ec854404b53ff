import type { Command } from 'commander';
import { describeAge } from '../../core/duration.ts';
import { type FeatureStatus, isFailure } from '../../core/status.ts';
import { createRequestContext } from '../../engine/create-request-context.ts';
import { type FeatureReading, readEntity } from '../../features/read-entity.ts';
import { openWorkspace, type Workspace } from '../../workspace.ts';
import { asMoment, type CommonOptions, configOf, withData } from '../common-options.ts';
import { examples } from '../examples.ts';
import { EXIT } from '../exit-codes.ts';
import { formatTable, note, paint, print, printJson } from '../output.ts';
import { unknownName } from '../unknown-name.ts';

/** `featuregraph get <entity> <key…>`: everything known of one entity, with status, event time and age. */
export function addGet(program: Command): void {
  withData(program.command('get'))
    .argument('<entity>', 'name of its GraphQL type')
    .argument('<key...>', 'the entity key: one part per join key, in their order')
    .option('--at <moment>', 'measure ages at this moment (ISO 8601, with a zone)', asMoment)
    .summary('show the features of one entity')
    .description(
      'Reads every feature of one entity from the store and shows value, status, event time and age.',
    )
    .addHelpText(
      'after',
      examples(['get Aircraft N14228', 'a table'], ['get Route JFK LAX --json', 'a composite key, as JSON']),
    )
    .action(runGet);
}

interface GetFlags extends CommonOptions {
  readonly at?: string;
}

/** An operator waits for what he asked; a store that is down should say so rather than time out. */
const GET_DEADLINE_MS = 10_000;

async function runGet(entity: string, key: string[], flags: GetFlags): Promise<void> {
  const workspace = await openWorkspace(await configOf(flags));
  try {
    assertEntity(workspace, entity, key);
    await workspace.sourceWatch.start([workspace.config.namespace]);
    const readings = await readEntity(workspace.reader, contextOf(workspace), entity, key);
    if (readings.some(({ status }) => status.startsWith('STORE_'))) process.exitCode = EXIT.UNREACHABLE;
    if (flags.json === true) printJson(readings.map(asJson));
    else printTable(readings);
  } finally {
    await workspace.close();
  }
}

function assertEntity({ registry }: Workspace, name: string, key: readonly string[]): void {
  const entities = registry.domains.flatMap(({ entities: own }) => [...own.values()]);
  const found = entities.find((entity) => entity.name === name);
  if (found === undefined)
    throw unknownName(
      'an entity',
      name,
      entities.map((entity) => entity.name),
    );
  if (found.joinKeys.length !== key.length) {
    const parts = found.joinKeys.map((joinKey) => `<${joinKey.name}>`).join(' ');
    throw new Error(
      `Expected the key of ${name} as ${parts}, got ${key.length} ${key.length === 1 ? 'part' : 'parts'}.`,
    );
  }
}

function contextOf({ clock, config }: Workspace) {
  return createRequestContext({
    requestId: 'featuregraph-get',
    identity: { tenant: config.tenant, namespace: config.namespace, scopes: new Set() },
    options: { maxAgeMs: new Map(), status: 'VALUES', deadlineMs: GET_DEADLINE_MS },
    clock,
    startedMs: clock.monotonicMs(),
  });
}

function asJson({ eventTimeMs, ...reading }: FeatureReading) {
  return { ...reading, eventTime: eventTimeMs === null ? null : new Date(eventTimeMs).toISOString() };
}

function printTable(readings: readonly FeatureReading[]): void {
  const rows = readings.map(({ field, view, status, value, error, eventTimeMs, ageMs }) => [
    field,
    error ?? (value === null ? paint.faint('null') : JSON.stringify(value)),
    paintStatus(status),
    eventTimeMs === null ? '' : new Date(eventTimeMs).toISOString().replace('.000Z', 'Z'),
    ageMs === null ? '' : describeAge(ageMs),
    view ?? paint.faint('on demand'),
  ]);
  print(formatTable(['feature', 'value', 'status', 'event time', 'age', 'view'], rows));
  if (readings.every(isUnknown)) note('Nothing is stored for this key; is it written as the rows write it?');
}

/** Nothing was written. What is computed is not asked: it has a status of its own, also from nothing. */
function isUnknown({ view, eventTimeMs, status }: FeatureReading): boolean {
  return view === null || (eventTimeMs === null && !status.startsWith('STORE_'));
}

function paintStatus(status: FeatureStatus): string {
  if (status === 'PRESENT') return paint.good(status);
  return isFailure(status) ? paint.bad(status) : paint.doubtful(status);
}
