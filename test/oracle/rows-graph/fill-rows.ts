/** Writes the rows of the graph, each by the files of its own time, as they would have done it. */
import type { Clock } from '../../../src/core/clock.ts';
import { deleteRows } from '../../../src/ingestion/delete.ts';
import { pushRows } from '../../../src/ingestion/push.ts';
import type { Registry, View } from '../../../src/registry/registry.ts';
import type { LayoutStore } from '../../../src/stores/layout-store.ts';
import type { OnlineStore } from '../../../src/stores/online-store.ts';
import { SourceTimes } from '../../../src/stores/source-times.ts';
import { createRandom } from '../generate-operations.ts';
import { KEYS, type MadeRow, makeRow } from './rows.ts';

export interface Filling {
  readonly seed: number;
  readonly forms: readonly Registry[];
  readonly layouts: LayoutStore;
  readonly store: OnlineStore;
  readonly clock: Clock;
  readonly namespace: string;
}

export interface WrittenRow extends MadeRow {
  /** Nobody remembers its layout. */
  readonly isForgotten: boolean;
}

const FORGOTTEN_SHARE = 0.02;

/** @returns by view, in the order of its keys; `null` where nothing was written. */
export async function fillRows(
  filling: Filling,
): Promise<ReadonlyMap<string, readonly (WrittenRow | null)[]>> {
  const { seed, forms } = filling;
  const random = createRandom(seed);
  const written = new Map<string, (WrittenRow | null)[]>();
  for (const name of namesOfViews(forms.at(-1) as Registry)) {
    const views = forms.map((registry) => registry.views.get(name) as View);
    const rows: (WrittenRow | null)[] = [];
    for (const key of KEYS[views[0]?.entity ?? ''] ?? []) {
      const made = makeRow(random, views, key);
      const row = made && { ...made, isForgotten: made.kind === 'row' && random() < FORGOTTEN_SHARE };
      if (row !== null) await write(filling, views[row.form] as View, row);
      rows.push(row);
    }
    written.set(name, rows);
  }
  return written;
}

export function namesOfViews({ views }: Registry): string[] {
  return [...new Set([...views.values()].map(({ name }) => name))];
}

async function write(filling: Filling, view: View, { kind, record, isForgotten }: WrittenRow): Promise<void> {
  const { store, layouts, clock, namespace } = filling;
  const options = {
    ...{ store, clock, namespace, partial: true, sources: new SourceTimes(store) },
    layouts: isForgotten ? FORGETFUL : layouts,
    view: isForgotten ? withUnknownLayout(view) : view,
    records: () => [{ rowNumber: 1, record }],
  };
  const { rejected, reports } = kind === 'row' ? await pushRows(options) : await deleteRows(options);
  if (rejected > 0) throw new Error(`${view.name}: ${JSON.stringify({ record, reports })}`);
}

const FORGETFUL: LayoutStore = {
  putMany: async () => {},
  getMany: async () => [],
  close: async () => {},
};

function withUnknownLayout(view: View): View {
  return { ...view, layout: { ...view.layout, id: (view.layout.id ^ 1) >>> 0 } };
}
