/**
 * The client's stopwatch, and the only place in it that reads the machine's time. It has its own because it runs
 * in browsers without the rest of featuregraph.
 */

/** @returns milliseconds since some fixed moment; only differences mean something. */
export function monotonicMs(): number {
  return performance.now();
}
