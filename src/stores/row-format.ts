/** The packed row; see docs. Written by the stores' author. */
export interface RowHeader {
  readonly tombstone: boolean;
  readonly eventTimeMs: number;
  readonly revision: number;
  readonly createdTimeMs: number;
  readonly layoutId: number;
  readonly featureCount: number;
}
/** Identifies where a row belongs; part of its checksum, so that a misplaced row is found out. */
export interface RowAddress {
  readonly namespace: string;
  readonly block: string;
  readonly view: number;
  readonly entityKey: string;
}
export interface RowContent {
  readonly eventTimeMs: number;
  readonly revision: number;
  readonly createdTimeMs: number;
  readonly layoutId: number;
  readonly tombstone: boolean;
  /** One per feature of the layout; `undefined` is absent. Empty list for a tombstone. */
  readonly segments: readonly (Uint8Array | undefined)[];
}
// encodeRow(address: RowAddress, content: RowContent): Buffer
// readRowHeader(row: Uint8Array): RowHeader           throws RowCorruptError on malformed
// segmentOf(row: Uint8Array, index: number): Buffer | undefined      (subarray, no copy; undefined = absent)
// segmentStart/segmentEnd(row, index): number         for the compiled writer
// verifyRow(address: RowAddress, row: Uint8Array): boolean           CRC + bounds
// compareRows(a, b): number                           order key, then bytes
