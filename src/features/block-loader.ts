/**
 * The loader of one request: everything asked for within a tick, by all subgraphs of the process, becomes one
 * `readMany`; what comes back becomes states of views.
 */
import DataLoader from 'dataloader';
import type { RequestContext } from '../core/request-context.ts';
import type { View } from '../registry/registry.ts';
import { findRow, rowStart } from '../stores/block-rows.ts';
import { type BlockRead, type BlockSlot, isStoreFailure } from '../stores/online-store.ts';
import { layoutIdOf } from '../stores/row-format.ts';
import type { LayoutMaps } from './layout-maps.ts';
import { type ReadFailure, type ReadingParts, readSlots, readWithin, viewLimits } from './read-blocks.ts';
import type { BlockDemand, BlockLoad, BlockLoader } from './request-reads.ts';
import { failedView, ReadView, type ViewLimits, type ViewState } from './view-state.ts';

export function createBlockLoader(parts: ReadingParts, context: RequestContext): BlockLoader {
  // The cache is the loader's own, by identity: a record asks for each of its reads once.
  return new DataLoader<BlockLoad, BlockLoad>(async (loads) => {
    for (const { record, views } of loads) record.demand.begin(views);
    const answered = await readWithin(parts, context, () => readLoads(parts, context, loads));
    fillLoads(parts, context, loads, answered);
    return loads;
  });
}

/** What came becomes states of views, of which nothing more is awaited. */
export function fillLoads(
  parts: ReadingParts,
  context: RequestContext,
  loads: readonly BlockLoad[],
  answered: readonly BlockSlot[] | ReadFailure,
): void {
  for (let i = 0; i < loads.length; i += 1) {
    const load = loads[i] as BlockLoad;
    if (typeof answered === 'string') failStates(load, answered);
    else fillStates(parts, context, load, answered[i]);
    load.record.answered += 1;
    if (load.record.answered === load.record.asked) load.record.pending = null;
  }
}

async function readLoads(
  parts: ReadingParts,
  context: RequestContext,
  loads: readonly BlockLoad[],
): Promise<readonly BlockSlot[]> {
  const { namespace } = context;
  let known: BlockLoad | null = null;
  let viewIds: readonly number[] = [];
  const reads = loads.map((load): BlockRead => {
    const { record, views } = load;
    const { plan } = record.demand;
    // One list for all entities of a block: the store works out once what it must know of these views.
    if (known === null || known.views !== views || known.record.demand !== record.demand) {
      known = load;
      viewIds = views.map((view) => (plan.views[view] as View).id);
    }
    return { namespace, block: plan.block.id, entityKey: record.entityKey, views: viewIds };
  });
  const watchesSources = loads.some(({ record }) => record.demand.plan.watchesSources);
  const slots = await readSlots(parts, context, reads, watchesSources);
  await learnLayouts(parts, loads, slots);
  return slots;
}

/** @returns `null` where all layouts are known. */
export function learnLayouts(
  { layouts }: ReadingParts,
  loads: readonly BlockLoad[],
  slots: readonly BlockSlot[],
): Promise<void> | null {
  const unknown = unknownLayouts(layouts, loads, slots);
  return unknown.length === 0 ? null : layouts.learn(unknown);
}

function unknownLayouts(
  layouts: LayoutMaps,
  loads: readonly BlockLoad[],
  slots: readonly BlockSlot[],
): number[] {
  const unknown = new Set<number>();
  for (let i = 0; i < loads.length; i += 1) {
    const slot = slots[i];
    if (slot === undefined || isStoreFailure(slot)) continue;
    const { record, views } = loads[i] as BlockLoad;
    for (let v = 0; v < views.length; v += 1) {
      const found = findRow(slot, v);
      if (found < 0) continue;
      const layoutId = layoutIdOf(slot.bytes, rowStart(slot, found));
      const current = record.demand.plan.views[views[v] as number] as View;
      if (layoutId !== current.layout.id && !layouts.isKnown(layoutId)) unknown.add(layoutId);
    }
  }
  return [...unknown];
}

function fillStates(
  parts: ReadingParts,
  context: RequestContext,
  load: BlockLoad,
  slot: BlockSlot | undefined,
): void {
  if (slot === undefined || isStoreFailure(slot)) {
    failStates(load, slot?.failed === 'TIMEOUT' ? 'STORE_TIMEOUT' : 'STORE_UNAVAILABLE');
    return;
  }
  const { record, views } = load;
  for (let v = 0; v < views.length; v += 1) {
    const view = views[v] as number;
    const limits = limitsOf(parts, context, record.demand, view);
    record.states[view] = new ReadView(limits.view).read(limits, slot, v, parts.layouts.segmentsOf);
  }
}

function failStates({ record, views }: BlockLoad, failed: ReadFailure): void {
  const { demand } = record;
  const shared: (ViewState | undefined)[] = failed === 'STORE_TIMEOUT' ? demand.timedOut : demand.unavailable;
  for (const view of views) {
    shared[view] ??= failedView(demand.plan.views[view] as View, failed);
    record.states[view] = shared[view];
  }
}

/** Fixed at a request's first read of the view: one request must not see a source both behind and not. */
function limitsOf(
  parts: ReadingParts,
  context: RequestContext,
  demand: BlockDemand,
  viewIndex: number,
): ViewLimits {
  demand.limits[viewIndex] ??= viewLimits(parts, context, demand.plan.views[viewIndex] as View);
  return demand.limits[viewIndex];
}
