import { compareRegistries } from '../../src/registry/compare-registries.ts';
import type { HintedSubgraph } from '../../src/registry/hints/hint.ts';
import { lineageOf } from '../../src/registry/lineage.ts';
import type { Registry } from '../../src/registry/registry.ts';
import type { ChangeEffect, RegistryChange } from '../../src/registry/registry-change.ts';
import type { Supergraph } from '../compose.ts';
import { compareFindings, type Finding, type FindingLevel } from './finding.ts';
import { type GraphqlChange, graphqlChanges, isSaidBy } from './graphql-changes.ts';
import { locateInFiles, locateViewIn, type Place } from './locate-in-files.ts';
import { fieldsOf, type StoredOperations } from './stored-operations.ts';

/** One state of the whole graph: what the files say, compiled and composed. */
export interface GraphState {
  readonly registry: Registry;
  readonly supergraph: Supergraph;
  readonly files: readonly HintedSubgraph[];
}

/**
 * Everything that changed between two states, with what it does to values and which stored operations it touches.
 *
 * @param operations `null` where nobody knows what is asked: then whatever breaks may break somebody.
 */
export async function compareGraphs(
  before: GraphState,
  after: GraphState,
  operations: StoredOperations | null,
): Promise<Finding[]> {
  const asGraphql = await graphqlChanges(before.supergraph.apiSchema, after.supergraph.apiSchema);
  const byMeaning = compareRegistries(before.registry, after.registry);
  const graver = byMeaning.map((change) => withEffectOnClients(change, asGraphql));
  const rest = asGraphql.filter((change) => !byMeaning.some((told) => isSaidBy(change, told)));
  const compared = { before, after, operations };
  return [
    ...graver.map((change) => findingOfMeaning(change, compared)),
    ...rest.map((change) => findingOfGraphql(change, compared)),
    ...brokenOperations(compared),
  ].sort(compareFindings);
}

interface Compared {
  readonly before: GraphState;
  readonly after: GraphState;
  readonly operations: StoredOperations | null;
}

/** Rows that stay readable are no help to a client that was written for another type. */
function withEffectOnClients(change: RegistryChange, asGraphql: readonly GraphqlChange[]): RegistryChange {
  if (change.effect === 'BREAKS') return change;
  const breaks = asGraphql.some((other) => other.effect === 'BREAKS' && isSaidBy(other, change));
  if (!breaks) return change;
  return { ...change, effect: 'BREAKS', message: `${change.message} Clients that read the old type break.` };
}

function findingOfMeaning(change: RegistryChange, { before, after, operations }: Compared): Finding {
  const { kind, effect, domain, coordinate, view, message, mend } = change;
  const touched =
    operations?.asking(before.supergraph.apiSchema, withDependents(before.registry, change)) ?? [];
  const inView = view === null ? undefined : locateViewIn(after.files, coordinate, view, domain);
  return {
    level: levelOf(effect, touched, operations),
    rule: kind,
    ...(inView ?? placeOf(before.files, after.files, coordinate, domain)),
    ...{ message, mend, operations: touched },
  };
}

function findingOfGraphql(change: GraphqlChange, { before, after, operations }: Compared): Finding {
  const { kind, effect, coordinate, message, mend } = change;
  const { apiSchema } = before.supergraph;
  const fields = effect === 'NONE' ? new Set<string>() : fieldsOf(apiSchema, coordinate);
  const touched = operations?.asking(apiSchema, fields) ?? [];
  return {
    level: levelOf(effect, touched, operations),
    rule: kind,
    ...placeOf(before.files, after.files, coordinate, undefined),
    ...{ message, mend, operations: touched },
  };
}

/** What breaks and is asked for by nobody known may merge; whoever reads the list decides. */
function levelOf(
  effect: ChangeEffect,
  touched: readonly string[],
  operations: StoredOperations | null,
): FindingLevel {
  if (effect === 'NONE') return 'NOTE';
  return effect === 'BREAKS' && (operations === null || touched.length > 0) ? 'ERROR' : 'WARNING';
}

/** What changed, and everything that is computed from it or found by it. */
function withDependents(registry: Registry, { affects }: RegistryChange): Set<string> {
  const all = new Set(affects);
  for (const coordinate of affects)
    for (const { feeds } of lineageOf(registry, coordinate)) for (const fed of feeds) all.add(fed.coordinate);
  return all;
}

/** In the new files; for what is gone, at the beginning of the file where it was. */
function placeOf(
  before: readonly HintedSubgraph[],
  after: readonly HintedSubgraph[],
  coordinate: string,
  domain: string | undefined,
): Place {
  const found = locateInFiles(after, [coordinate], domain);
  if (found.line > 0) return found;
  const old = locateInFiles(before, [coordinate], domain);
  const file = after.find(({ name }) => name === old.domain)?.file;
  return file === undefined ? old : { ...old, file, line: 1, column: 1 };
}

function brokenOperations({ before, after, operations }: Compared): Finding[] {
  const broken = operations?.broken(before.supergraph.apiSchema, after.supergraph.apiSchema) ?? [];
  return broken.map(({ id, names, reasons }) => brokenOperation(id, names, reasons));
}

/** About no line of a schema: the operation is stored elsewhere. */
export function brokenOperation(id: string, names: readonly string[], reasons: readonly string[]): Finding {
  return {
    ...{ level: 'ERROR', rule: 'OPERATION_BREAKS', domain: '', file: id, line: 0, column: 0 },
    coordinate: names.join(', '),
    message: `This stored operation could not be served any more: ${reasons.join(' ')}`,
    mend: 'Keep what it asks for, or take it out of the manifest when its client has moved on.',
    operations: names,
  };
}
