import type { Command } from 'commander';
import { formatDuration } from '../../core/duration.ts';
import { didYouMean } from '../../core/nearest-name.ts';
import { distinctViews, isFound, type ListedFeature, listFeatures } from '../../registry/feature-list.ts';
import { versionedName } from '../../registry/layout.ts';
import type { Registry } from '../../registry/registry.ts';
import { loadRegistry, openWorkspace } from '../../workspace.ts';
import { type CommonOptions, configOf, withData } from '../common-options.ts';
import { examples } from '../examples.ts';
import { counted, formatTable, note, paint, print, printJson } from '../output.ts';

/** `featuregraph features [word…]`: which features there are, whose they are, and how recent. */
export function addFeatures(program: Command): void {
  withData(program.command('features'))
    .argument('[word...]', 'each must stand in name, description, type, view, owner or tag')
    .option('--entity <name>', 'of this entity')
    .option('--domain <name>', 'of this domain')
    .option('--view <name>', 'of this view')
    .option('--owner <name>', 'of this team: `@tag(name: "owner/…")`')
    .option('--tag <name>', 'with this tag')
    .option('--describe', 'show descriptions and owners too')
    .option('--no-times', 'do not open the store: the schema alone')
    .summary('list and search the features')
    .description(
      'Lists the features with type, view, TTL and the time of the last event. That is the time of the view’s source where one is known, else the newest event that was pushed to the view.',
    )
    .addHelpText(
      'after',
      examples(
        ['features', 'all'],
        ['features delay --entity Aircraft', 'aircraft features about delays'],
        ['features --owner route --json', 'what a team owns, for other tools'],
      ),
    )
    .action(runFeatures);
}

interface FeaturesFlags extends CommonOptions {
  readonly entity?: string;
  readonly domain?: string;
  readonly view?: string;
  readonly owner?: string;
  readonly tag?: string;
  readonly describe?: boolean;
  readonly times: boolean;
}

/** When something last happened to a view, and who says so. */
interface LastEvent {
  readonly timeMs: number;
  readonly toldBy: 'SOURCE' | 'PUSH';
}

async function runFeatures(words: string[], flags: FeaturesFlags): Promise<void> {
  const { registry, lastEvents } = await readAll(flags);
  const all = listFeatures(registry);
  const found = all.filter((feature) => isFound(feature, { ...flags, words }));
  if (flags.json === true) {
    printJson(found.map((feature) => asJson(feature, lastEvents)));
    return;
  }
  if (found.length === 0) {
    note(whyNone(all, words, flags));
    return;
  }
  printTable(found, lastEvents, flags);
  note(`${counted(found.length, 'feature')}${found.length < all.length ? ` of ${all.length}` : ''}.`);
}

function whyNone(all: readonly ListedFeature[], words: readonly string[], flags: FeaturesFlags): string {
  const named = [
    ['domain', flags.domain, all.map(({ domain }) => domain)],
    ['entity', flags.entity, all.map(({ entity }) => entity)],
    ['view', flags.view, all.flatMap(({ view }) => view ?? [])],
    ['owner', flags.owner, all.flatMap(({ owners }) => owners)],
    ['tag', flags.tag, all.flatMap(({ tags }) => tags)],
  ] as const;
  for (const [what, name, known] of named)
    if (name !== undefined && !known.includes(name))
      return `There is no ${what} ${name}.${didYouMean(name, new Set(known))} \`featuregraph features\` lists all.`;
  const meant = words.map((word) => didYouMean(word, new Set(all.map(({ field }) => field)))).join('');
  return `None of ${counted(all.length, 'feature')} is like that.${meant} Search with fewer words, or see all without any.`;
}

/** @throws SchemaError; Error when the store cannot be opened or read. */
async function readAll(
  flags: FeaturesFlags,
): Promise<{ registry: Registry; lastEvents: ReadonlyMap<string, LastEvent> }> {
  const config = await configOf(flags);
  if (!flags.times) {
    const { registry } = await loadRegistry(config.schemaFolder);
    return { registry, lastEvents: new Map() };
  }
  const { registry, sourceTimes, sourceNames, close } = await openWorkspace(config);
  try {
    const views = distinctViews(registry);
    const ofSources = await sourceTimes.readMany(config.namespace, [...sourceNames]);
    const ofViews = await sourceTimes.readViews(config.namespace, views.map(versionedName));
    const lastEvents = new Map<string, LastEvent>();
    for (const { name, version, source } of views) {
      const view = versionedName({ name, version });
      const sourceMs = source === null ? undefined : ofSources.get(source);
      const pushedMs = ofViews.get(view);
      if (sourceMs !== undefined) lastEvents.set(view, { timeMs: sourceMs, toldBy: 'SOURCE' });
      else if (pushedMs !== undefined) lastEvents.set(view, { timeMs: pushedMs, toldBy: 'PUSH' });
    }
    return { registry, lastEvents };
  } finally {
    await close();
  }
}

function asJson(listed: ListedFeature, lastEvents: ReadonlyMap<string, LastEvent>) {
  const { ttlMs, defaultJson, ...feature } = listed;
  const lastEvent = lastEventOf(listed, lastEvents);
  return {
    ...feature,
    ttl: ttlMs === null ? null : formatDuration(ttlMs),
    default: defaultJson === null ? null : JSON.parse(defaultJson),
    lastEvent:
      lastEvent === undefined
        ? null
        : { time: new Date(lastEvent.timeMs).toISOString(), toldBy: lastEvent.toldBy },
  };
}

function printTable(
  found: readonly ListedFeature[],
  lastEvents: ReadonlyMap<string, LastEvent>,
  flags: FeaturesFlags,
): void {
  const describe = flags.describe === true;
  const head = ['feature', 'type', 'view', 'TTL', ...(flags.times ? ['last event'] : []), 'domain'];
  const rows = found.map((feature) => [
    feature.coordinate,
    feature.type,
    feature.view ?? paint.faint(`on demand: ${feature.transform}`),
    feature.ttlMs === null ? '' : formatDuration(feature.ttlMs),
    ...(flags.times ? [describeEvent(feature, lastEvents)] : []),
    feature.domain,
    ...(describe ? [feature.owners.join(', '), feature.description] : []),
  ]);
  print(formatTable(describe ? [...head, 'owner', 'description'] : head, rows));
}

function lastEventOf(
  { view, viewVersion }: ListedFeature,
  lastEvents: ReadonlyMap<string, LastEvent>,
): LastEvent | undefined {
  if (view === null || viewVersion === null) return undefined;
  return lastEvents.get(versionedName({ name: view, version: viewVersion }));
}

function describeEvent(feature: ListedFeature, lastEvents: ReadonlyMap<string, LastEvent>): string {
  const lastEvent = lastEventOf(feature, lastEvents);
  if (lastEvent === undefined) return feature.view === null ? '' : paint.faint('none seen');
  const time = new Date(lastEvent.timeMs).toISOString().replace('.000Z', 'Z');
  return `${time} ${paint.faint(lastEvent.toldBy === 'SOURCE' ? `source ${feature.source}` : 'pushed')}`;
}
