/**
 * How a process of featuregraph collects garbage: as one that serves, now and after a quiet minute.
 *
 * What a store or a client sends comes in buffers outside of V8's heap, and V8 looks through its whole heap for each 64 MB
 * of them: for a hundred entities with blocks of 4 KB, six times in a thousand requests, a quarter of their processor time.
 * Counted as a part of the heap they are bounded as it is, and the short-lived ones go with the short-lived objects.
 *
 * After eight seconds with little to do V8 collects everything, twice, and makes the heap as small as it can: the first
 * requests after it took five times as long, a thousand more one and a half times.
 */
import { setFlagsFromString } from 'node:v8';

/** Others may know no such flags, or mean something else by them. */
const KNOWN_V8 = /^13\.6\./;

/** To be called before anything is served. */
export function collectAsServer(): void {
  if (!KNOWN_V8.test(process.versions.v8)) return;
  setFlagsFromString('--external-memory-accounted-in-global-limit');
  setFlagsFromString('--memory-reducer-gc-count=0');
}
