/** What others on the machine take of it: rows judge the program, and a starved process is late without being wrong. */
import { readFileSync } from 'node:fs';

const OWN_THREAD = `/proc/self/task/${process.pid}/schedstat`;

/** A request during which this thread waited longer than this for a processor says nothing of how long it takes, in ms. */
export const STARVED_MS = 20;

/** How long the main thread has been ready to run and did not, since its start, in ms; 0 where the system does not tell. */
export function waitedForProcessorMs(): number {
  try {
    return Number(readFileSync(OWN_THREAD, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

/** Milliseconds in which this thread could run: a load by this clock stays the same part of what the process can do. */
export function machineTimeMs(): number {
  return performance.now() - waitedForProcessorMs();
}
