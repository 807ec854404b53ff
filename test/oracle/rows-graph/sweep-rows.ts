/** Asks for every stored feature of every entity, and tells what differs from what its row was made of. */
import { isDeepStrictEqual } from 'node:util';
import type { FeatureType } from '../../../src/core/feature-type.ts';
import type { Registry, StoredFeature, View } from '../../../src/registry/registry.ts';
import { WaysComparer } from '../compare-ways.ts';
import { plainCircumstances } from '../draw-circumstances.ts';
import { isDamagedView } from '../watched-store.ts';
import { type Expected, expectedRead, expectedValue, type ViewTrouble } from './expected-values.ts';
import type { RowsGraph } from './open-rows-graph.ts';
import { KEYS } from './rows.ts';

/** The field that finds an entity, and the one that tells how a view was read. */
const LOOKUPS: Readonly<Record<string, string>> = { Item: 'item', Person: 'person', Bay: 'bay', Day: 'day' };
const READS: Readonly<Record<string, readonly [field: string, view: string]>> = {
  Item: ['salesRead', 'item_sales'],
  Person: ['dayRead', 'person_day'],
  Bay: ['baysRead', 'bay_facts'],
};

export interface SweepDifference {
  readonly what: string;
  readonly told: unknown;
  readonly expected: unknown;
}

/** Every state of the sources, and every second view damaged. */
interface Trouble {
  readonly sourceState: string;
  readonly isDamaged: boolean;
}

/** @returns none where all is as it was made. */
export async function sweepRows(graph: RowsGraph): Promise<SweepDifference[]> {
  const comparer = new WaysComparer(graph);
  const differences: SweepDifference[] = [];
  const troubles = graph.sourceStates.map((sourceState) => ({ sourceState, isDamaged: false }));
  const damaged = { sourceState: graph.sourceStates[0] as string, isDamaged: true };
  for (const trouble of [...troubles, damaged]) {
    for (const [type, keys] of Object.entries(KEYS)) {
      for (const index of keys.keys())
        differences.push(...(await askEntity(graph, comparer, type, index, trouble)));
    }
  }
  return differences;
}

async function askEntity(
  graph: RowsGraph,
  comparer: WaysComparer,
  type: string,
  index: number,
  trouble: Trouble,
): Promise<SweepDifference[]> {
  const key = KEYS[type]?.[index] as Readonly<Record<string, unknown>>;
  const { sourceState, isDamaged } = trouble;
  const { text, wanted } = questionOf(graph, type, key, index, trouble);
  const faults = isDamaged ? { isDamaged: () => true } : {};
  const circumstances = { ...plainCircumstances(graph), sourceState, faults };
  const query = { text, variables: key };
  const told = await comparer.tell(query, circumstances);
  if (told === null) throw new Error(`no plan: ${text}`);
  const { compiled, interpreted } = told;
  if (!isDeepStrictEqual(compiled, interpreted))
    return [{ what: text, told: compiled, expected: interpreted }];
  if (await comparer.isGivenUpNeedlessly(query, circumstances, told))
    return [{ what: text, told: 'given up', expected: 'written by its program' }];
  const answer = JSON.parse(compiled.body);
  const root = LOOKUPS[type] as string;
  const { statuses } = answer.extensions.featuregraph;
  return [...wanted].flatMap(([field, expected]) => {
    const seen = { value: answer.data[root]?.[field], status: statuses[`${root}.${field}`] };
    const what = `${type} ${JSON.stringify(key)} ${field}, ${JSON.stringify(trouble)}`;
    return isDeepStrictEqual(seen, expected) ? [] : [{ what, told: seen, expected }];
  });
}

interface Question {
  readonly text: string;
  readonly wanted: ReadonlyMap<string, Expected | { readonly value: unknown; readonly status: undefined }>;
}

function questionOf(
  graph: RowsGraph,
  type: string,
  key: Readonly<Record<string, unknown>>,
  index: number,
  { sourceState, isDamaged }: Trouble,
): Question {
  const { forms, rows } = graph;
  const registry = forms.at(-1) as Registry;
  const rowOf = (view: View) => rows.get(view.name)?.[index] ?? null;
  const troubleOf = ({ id, source, sourceMaxLagMs }: View): ViewTrouble => ({
    isBehind:
      sourceMaxLagMs !== null &&
      (sourceState === 'SILENT' || (sourceState === 'BEHIND' && source === 'sales')),
    isDamaged: isDamaged && isDamagedView(id),
  });
  const wanted = new Map<string, Expected | { value: unknown; status: undefined }>();
  const selections: string[] = [];
  for (const feature of featuresOf(registry, type)) {
    selections.push(selectionOf(feature.field, feature.type));
    const { view } = feature;
    wanted.set(feature.field, expectedValue(forms, rowOf(view), feature, troubleOf(view)));
  }
  const read = READS[type];
  if (read !== undefined) {
    const view = registry.views.get(read[1]) as View;
    selections.push(`${read[0]} { status eventTime ageMs }`);
    wanted.set(read[0], { value: expectedRead(rowOf(view), view, troubleOf(view)), status: undefined });
  }
  const lookup = LOOKUPS[type] as string;
  const field = graph.supergraph.apiSchema.getQueryType()?.getFields()[lookup];
  const parameters = field?.args.map(({ name, type: of }) => `$${name}: ${String(of)}`).join(', ');
  const args = Object.keys(key).map((name) => `${name}: $${name}`);
  return {
    text: `query Q(${parameters}) { ${lookup}(${args.join(', ')}) { ${selections.join(' ')} } }`,
    wanted,
  };
}

function featuresOf({ domains }: Registry, type: string): StoredFeature[] {
  return domains.flatMap(({ entities }) => [...(entities.get(type)?.features.values() ?? [])]);
}

function selectionOf(name: string, type: FeatureType): string {
  if (type.kind === 'list') return selectionOf(name, type.of);
  if (type.kind !== 'struct') return name;
  return `${name} { ${type.fields.map((field) => selectionOf(field.name, field.type)).join(' ')} }`;
}
