/** CPU time of a process that is not ours to ask: a store's server. */
import { readFileSync } from 'node:fs';

/** Of Linux, in whichever build: a tick of /proc is a hundredth of a second. */
const TICK_US = 10_000;
/** Places behind the name, which stands in brackets: utime and stime. */
const [USER_PLACE, SYSTEM_PLACE] = [11, 12];

/** @returns of all its threads, in µs. @throws {Error} where there is no /proc, or no such process. */
export function cpuUsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const places = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(places[USER_PLACE]) + Number(places[SYSTEM_PLACE])) * TICK_US;
}
