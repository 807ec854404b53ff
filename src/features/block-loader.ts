/**
 * The loader of one request: everything asked for within a tick, by all subgraphs of the process, becomes one
 * `readMany`; what comes back becomes states of views. It never waits beyond the request's deadline and starts
 * nothing after it.
 */
import DataLoader from 'dataloader';
import type { RequestContext } from '../core/request-context.ts';
import type { View } from '../registry/registry.ts';
import { findRow, rowStart } from '../stores/block-rows.ts';
import {
  type BlockRead,
  type BlockSlot,
  isStoreFailure,
  type OnlineStore,
  type StoreCallOptions,
} from '../stores/online-store.ts';
import { layoutIdOf } from '../stores/row-format.ts';
import type { LayoutMaps } from './layout-maps.ts';
import type { BlockDemand, BlockLoad, BlockLoader } from './request-reads.ts';
import type { SourceWatch } from './source-watch.ts';
import { failedView, ReadView, type ViewLimits, type ViewState } from './view-state.ts';

export interface BlockLoaderParts {
  readonly store: OnlineStore;
  readonly layouts: LayoutMaps;
  readonly sources: SourceWatch;
  /** A store must answer each key by a slot; that it rejected instead is told here. */
  readonly onStoreError: (error: unknown, where: { readonly requestId: string }) => void;
}

type Failed = 'STORE_TIMEOUT' | 'STORE_UNAVAILABLE';

export function createBlockLoader(parts: BlockLoaderParts, context: RequestContext): BlockLoader {
  // The cache is the loader's own, by identity: a record asks for each of its reads once.
  return new DataLoader<BlockLoad, BlockLoad>(async (loads) => {
    for (const { record, views } of loads) record.demand.begin(views);
    const answered = await readWithin(parts, context, loads);
    for (let i = 0; i < loads.length; i += 1) {
      const load = loads[i] as BlockLoad;
      if (typeof answered === 'string') failStates(load, answered);
      else fillStates(parts, context, load, answered[i]);
      load.record.answered += 1;
      if (load.record.answered === load.record.asked) load.record.pending = null;
    }
    return loads;
  });
}

async function readWithin(
  parts: BlockLoaderParts,
  context: RequestContext,
  loads: readonly BlockLoad[],
): Promise<readonly BlockSlot[] | Failed> {
  const remainingMs = context.deadlineAtMs - context.clock.monotonicMs();
  const signal = context.onlyDeadlineEnds === true ? null : context.signal;
  if (remainingMs <= 0 || signal?.aborted === true) return 'STORE_TIMEOUT';
  return new Promise((resolve) => {
    const stop = () => resolve('STORE_TIMEOUT');
    const timer = setTimeout(stop, Math.ceil(remainingMs));
    signal?.addEventListener('abort', stop, { once: true });
    readLoads(parts, context, loads)
      .catch((error: unknown): Failed => {
        parts.onStoreError(error, { requestId: context.requestId });
        return 'STORE_UNAVAILABLE';
      })
      .then((answered) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', stop);
        resolve(answered);
      });
  });
}

async function readLoads(
  parts: BlockLoaderParts,
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
  const sourcesReady = loads.some(({ record }) => record.demand.plan.watchesSources)
    ? parts.sources.ready(namespace)
    : null;
  const slots = await parts.store.readMany(reads, callOptionsOf(context));
  if (sourcesReady !== null) await sourcesReady;
  const unknown = unknownLayouts(parts.layouts, loads, slots);
  if (unknown.length > 0) await parts.layouts.learn(unknown);
  return slots;
}

function callOptionsOf({ deadlineAtMs, options }: RequestContext): StoreCallOptions {
  if (options.cache !== 'BYPASS' && options.consistency !== 'QUORUM') return { deadlineAtMs };
  return {
    deadlineAtMs,
    bypassCaches: options.cache === 'BYPASS',
    quorum: options.consistency === 'QUORUM',
  };
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
  parts: BlockLoaderParts,
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
    const limits = limitsOf(parts.sources, context, record.demand, view);
    record.states[view] = new ReadView(limits.view).read(limits, slot, v, parts.layouts.segmentsOf);
  }
}

function failStates({ record, views }: BlockLoad, failed: Failed): void {
  const { demand } = record;
  const shared: (ViewState | undefined)[] = failed === 'STORE_TIMEOUT' ? demand.timedOut : demand.unavailable;
  for (const view of views) {
    shared[view] ??= failedView(demand.plan.views[view] as View, failed);
    record.states[view] = shared[view];
  }
}

/** Fixed at a request's first read of the view: one request must not see a source both behind and not. */
function limitsOf(
  sources: SourceWatch,
  context: RequestContext,
  demand: BlockDemand,
  viewIndex: number,
): ViewLimits {
  const known = demand.limits[viewIndex];
  if (known !== undefined) return known;
  const view = demand.plan.views[viewIndex] as View;
  const limits: ViewLimits = {
    view,
    requestTimeMs: context.requestTimeMs,
    maxAgeMs: context.options.maxAgeMs.get(view.name) ?? Number.POSITIVE_INFINITY,
    sourceBehind: sources.isBehind(view, context.namespace, context.requestTimeMs),
  };
  demand.limits[viewIndex] = limits;
  return limits;
}
