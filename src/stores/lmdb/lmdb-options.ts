/** What the embedded store is told. */
export interface LmdbOptions {
  /** Made when missing. */
  readonly folder: string;
  /** Size of the map at opening, in bytes; it grows by itself. */
  readonly mapSizeBytes?: number;
}
