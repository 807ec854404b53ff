/**
 * A thread that says when the next request is due, by a Poisson process: clients know nothing of each other. Timers of
 * one loop come in steps of a millisecond, all due at once, so that requests of two tenants would mostly come together.
 */
import { parentPort, workerData } from 'node:worker_threads';

const { requestsPerSecond } = workerData as { readonly requestsPerSecond: number };
const nothing = new Int32Array(new SharedArrayBuffer(4));
for (let dueMs = performance.now(); ; ) {
  dueMs += (-Math.log(1 - Math.random()) * 1000) / requestsPerSecond;
  const leftMs = dueMs - performance.now();
  if (leftMs > 0) Atomics.wait(nothing, 0, 0, leftMs);
  parentPort?.postMessage('due');
}
