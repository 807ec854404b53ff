/** What a folder here holds: subgraphs, the data behind them, cases, and ways to switch the feature off. */
import type { PlanNode } from '../../src/engine/query-plan.ts';
import type { HIVE } from './hive-differences.ts';
import type { Records } from './records.ts';

export interface Feature {
  readonly name: string;
  /** Subgraph → its SDL, without the line that links the federation's directives. */
  readonly subgraphs: Readonly<Record<string, string>>;
  readonly records: Records;
  readonly cases: readonly Case[];
  /** With any one of them, at least three cases must fail: else the cases do not test the feature. */
  readonly switches: readonly SwitchedOff[];
}

export interface Case {
  readonly text: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Requests per subgraph, where their number is what the feature is about. */
  readonly asked?: Readonly<Record<string, number>>;
  readonly hiveDiffers?: keyof typeof HIVE;
}

export interface SwitchedOff {
  readonly what: string;
  /** Changes the supergraph before anything reads it. */
  readonly supergraph?: (sdl: string) => string;
  /** Changes each plan. */
  readonly plan?: (plan: PlanNode) => PlanNode;
}
