/** What the embedded store is told. */
export interface LmdbOptions {
  /** Made when missing. */
  readonly folder: string;
  /** Size of the map at opening, in bytes; it grows by itself. */
  readonly mapSizeBytes?: number;
}

/** Named tables of one environment; LMDB wants their number at opening. */
export const TABLES_MAX = 16;

/** Longest key, in bytes, with LMDB's usual page of 4 KiB. */
export const KEY_MAX_BYTES = 1978;

/** Rows of one transaction: readers never wait for it, but the event loop and the next writer do. */
export const TRANSACTION_ROWS_MAX = 500;
