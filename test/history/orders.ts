/** What the supervisor tells the processes that it starts, and what they answer. */
import type { BugName } from './planted-bugs.ts';

export interface ProcessOrders {
  readonly role: 'WRITER' | 'READER';
  /** Of the role, from 0. */
  readonly index: number;
  readonly seed: number;
  readonly logFile: string;
  readonly notesFile: string;
  /** As a configuration file says it. */
  readonly stores: object;
  readonly tier: object;
  readonly dataFolder: string;
  /** Writes that this writer's earlier lives may have made. */
  readonly firstWrite: number;
  /** Event times count from here, in ms since 1970. */
  readonly baseMs: number;
  readonly goods: number;
  /** Of the machine's monotonic clock: goods come to be one after the other from then on. */
  readonly startMs: number;
  readonly plannedMs: number;
  /** Of this process: rows written or values read. */
  readonly operationsPerSecond: number;
  readonly bug: BugName | null;
}

/** PENDING: how many repairs are left. SWEEP: read every cell. STOP: finish what is under way. END: close. */
export type Command =
  | { readonly do: 'PENDING' | 'STOP' | 'END' }
  | { readonly do: 'SWEEP'; readonly asked: number };

export interface Answer {
  readonly done: Command['do'] | 'START';
  readonly pending: number;
}

/** A good that exists; new and much used ones more often. @param ahead how many that are not there yet count, too. */
export function pickGood(
  random: { next(): number; below(end: number): number },
  orders: ProcessOrders,
  nowMs: number,
  ahead = 0,
): number {
  const share = Math.min(1, (nowMs - orders.startMs) / orders.plannedMs);
  const born = Math.min(orders.goods, Math.max(BORN_FIRST, Math.floor(share * orders.goods)) + ahead);
  const choice = random.next();
  if (choice < 0.35) return random.below(Math.min(born, MUCH_USED));
  if (choice < 0.55) return born - 1 - random.below(Math.min(born, NEWEST + ahead));
  return random.below(born);
}

const BORN_FIRST = 24;
const MUCH_USED = 10;
const NEWEST = 8;
