/** The shape of a row of the fault table, and what rows share. */
import type { Checks } from './checks.ts';
import type { ProtectionName } from './protections.ts';

export interface FaultRow {
  readonly id: string;
  readonly fault: string;
  /** What holds meanwhile and afterwards, for the docs; the row’s checks say it in figures. */
  readonly must: string;
  /** Without any of these the row fails. */
  readonly protections: readonly ProtectionName[];
  run(context: RowContext): Promise<void>;
}

export interface RowContext {
  readonly checks: Checks;
  /** Process ids of servers and what happens to them. */
  say(text: string): void;
  /** Runs at the end of the row, the last one first. */
  after(end: () => Promise<unknown>): void;
}

/** Of rows that repeat something: as often as is asked of the product, or as often as there is time for each day. */
export const LONG = process.env.FEATUREGRAPH_TEST_LONG === '1';

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** @returns ms until it held; `Infinity` when it did not within `withinMs`. */
export async function until(withinMs: number, holds: () => boolean | Promise<boolean>): Promise<number> {
  const startedMs = performance.now();
  for (;;) {
    if (await holds()) return performance.now() - startedMs;
    if (performance.now() - startedMs > withinMs) return Number.POSITIVE_INFINITY;
    await wait(10);
  }
}

export const idsOf = (count: number, prefix = 'i'): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`);
