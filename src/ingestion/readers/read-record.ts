import type { RowProblem } from '../row-problem.ts';

/** What every reader yields: a record by column name, not yet checked, or why this one could not be read. */
export type ReadRecord =
  | { readonly rowNumber: number; readonly record: unknown }
  | { readonly rowNumber: number; readonly problem: RowProblem };

/**
 * Longest single record as text, in bytes. A row may take 64 KiB, and no honest JSON or CSV of it is longer than
 * this; a line without an end must not fill the memory.
 */
export const RECORD_MAX_BYTES = 1024 * 1024;
