/** Counts how an execution was done: both fronts and subgraphs tell it by the same words. */
import type { Metrics } from './metrics.ts';

const COMPILED = { way: 'compiled', reason: '' } as const;

/** @param way COMPILED, or why an execution was interpreted. */
export function countExecution({ executions }: Pick<Metrics, 'executions'>, way: string): void {
  executions.inc(way === 'COMPILED' ? COMPILED : { way: 'interpreted', reason: way });
}
