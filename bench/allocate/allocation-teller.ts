/**
 * How many bytes a process has allocated, exactly: with a young generation larger than what is measured nothing is
 * collected meanwhile, so what is in use grows by all that was allocated.
 */
import { PerformanceObserver } from 'node:perf_hooks';

/** For Node, with which the process is started. */
export const ALLOCATION_FLAGS = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256'];

export interface Allocated {
  readonly heapBytes: number;
  /** Of buffers, beside the heap. */
  readonly bufferBytes: number;
  /** Collections so far. What lies between two figures counts only where this stayed the same. */
  readonly collections: number;
}

/** For `standReady`: `allocated`, and `collect`, which makes room. */
export function allocationTellers(): Readonly<Record<string, () => Promise<unknown>>> {
  const { gc } = globalThis;
  if (gc === undefined) return {};
  let collections = 0;
  new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  }).observe({ entryTypes: ['gc'] });
  return {
    collect: async () => {
      await gc({ type: 'major', execution: 'async' });
      return null;
    },
    allocated: async () => {
      // Collections are told of a little later.
      await new Promise((resolve) => setTimeout(resolve, 20));
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return { heapBytes: heapUsed, bufferBytes: arrayBuffers, collections } satisfies Allocated;
    },
  };
}
