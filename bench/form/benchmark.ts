/** What a benchmark is to the program that runs them: a name, options of its own, and a report. */
import type { Command } from 'commander';
import type { ProgressBar } from '../../src/cli/progress-bar.ts';
import type { Report } from './report.ts';

export interface Benchmark {
  readonly name: string;
  readonly summary: string;
  /** Adds its options; those that all have are there already. */
  addOptions(command: Command): void;
  run(options: BenchmarkOptions): Promise<Report>;
}

export interface BenchmarkOptions {
  /** Enough to see that it works; figures mean little. */
  readonly quick: boolean;
  readonly progress: ProgressBar;
  /** The benchmark's own, as commander read them. */
  readonly own: Readonly<Record<string, unknown>>;
  /** What stood behind its name without an option. */
  readonly args: readonly string[];
}
