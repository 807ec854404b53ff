/** Reading blocks for a request: never beyond its deadline, and nothing is started after it. */
import type { RequestContext } from '../core/request-context.ts';
import type { View } from '../registry/registry.ts';
import type { BlockRead, BlockSlot, OnlineStore, StoreCallOptions } from '../stores/online-store.ts';
import type { LayoutMaps } from './layout-maps.ts';
import type { SourceWatch } from './source-watch.ts';
import type { ViewLimits } from './view-state.ts';

export interface ReadingParts {
  readonly store: OnlineStore;
  readonly layouts: LayoutMaps;
  readonly sources: SourceWatch;
  /** A store must answer each key by a slot; that it rejected instead is told here. */
  readonly onStoreError: (error: unknown, where: { readonly requestId: string }) => void;
}

/** Why a whole read has no slots. */
export type ReadFailure = 'STORE_TIMEOUT' | 'STORE_UNAVAILABLE';

/** @param read begins at once, unless the deadline has passed. @returns what it resolves to, or why nothing came. */
export function readWithin<T>(
  { onStoreError }: ReadingParts,
  context: RequestContext,
  read: () => Promise<T>,
): Promise<T | ReadFailure> {
  const remainingMs = context.deadlineAtMs - context.clock.monotonicMs();
  const signal = context.onlyDeadlineEnds === true ? null : context.signal;
  if (remainingMs <= 0 || signal?.aborted === true) return Promise.resolve('STORE_TIMEOUT');
  return new Promise((resolve) => {
    const stop = () => resolve('STORE_TIMEOUT');
    const timer = setTimeout(stop, Math.ceil(remainingMs));
    signal?.addEventListener('abort', stop, { once: true });
    read()
      .catch((error: unknown): ReadFailure => {
        onStoreError(error, { requestId: context.requestId });
        return 'STORE_UNAVAILABLE';
      })
      .then((answered) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', stop);
        resolve(answered);
      });
  });
}

/** @param watchesSources whether any of the blocks has a view that asks how far its source is. */
export async function readSlots(
  { store, sources }: ReadingParts,
  context: RequestContext,
  reads: readonly BlockRead[],
  watchesSources: boolean,
): Promise<readonly BlockSlot[]> {
  const sourcesReady = watchesSources ? sources.ready(context.namespace) : null;
  const slots = await store.readMany(reads, callOptionsOf(context));
  if (sourcesReady !== null) await sourcesReady;
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

/** What decides the state of a view, as of now: to be asked once for each view of a request. */
export function viewLimits({ sources }: ReadingParts, context: RequestContext, view: View): ViewLimits {
  const { namespace, requestTimeMs, options } = context;
  return {
    view,
    requestTimeMs,
    maxAgeMs: options.maxAgeMs.get(view.name) ?? Number.POSITIVE_INFINITY,
    sourceBehind: sources.isBehind(view, namespace, requestTimeMs),
  };
}
