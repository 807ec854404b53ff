/**
 * What processes tell the checker: a file of records of one length per process. Times are of the machine's monotonic
 * clock, which all processes share.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

export const KIND = { SENT: 1, SETTLED: 2, READ: 3, STARVED: 4 } as const;
/** Of SENT: what is written. */
export const SENT = { VALUE: 0, DELETION: 1 } as const;
/** Of SETTLED. */
export const SETTLED = { ACKNOWLEDGED: 0, FAILED: 1, REFUSED: 2 } as const;
/** Of READ. DELETED: a deletion that shows its event time, as only a look into a store does. */
export const SEEN = { VALUE: 0, NOT_FOUND: 1, FAILED: 2, OTHER: 3, DELETED: 4, NOTHING_KNOWN: 5 } as const;
/** Of READ: how it was asked. WARM: past memory and hot. SWEEP: when all was quiet. HOT: in Redis itself. */
export const ASKED = { TIERS: 0, WARM: 1, SWEEP_WARM: 2, SWEEP_TIERS: 3, HOT: 4, HOT_AT_LAST: 5 } as const;

export interface Operation {
  readonly kind: number;
  /** By kind: of `SENT`, `SETTLED` or `SEEN`. */
  readonly outcome: number;
  /** Of `ASKED`; 0 for writes. */
  readonly asked: number;
  readonly cell: number;
  /** Event time in ms; 0 where none was seen. */
  readonly order: number;
  readonly startMs: number;
  readonly endMs: number;
}

export const RECORD_BYTES = 32;
const BUFFERED_MAX_BYTES = 64 * 1024;

export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

export class OperationLog {
  readonly #file: number;
  #buffer = Buffer.alloc(2 * BUFFERED_MAX_BYTES);
  #filled = 0;

  constructor(file: string) {
    this.#file = openSync(file, 'w');
  }

  add({ kind, outcome, asked, cell, order, startMs, endMs }: Operation): void {
    if (this.#filled + RECORD_BYTES > this.#buffer.length) this.flush();
    const at = this.#filled;
    this.#buffer.writeUInt8(kind, at);
    this.#buffer.writeUInt8(outcome, at + 1);
    this.#buffer.writeUInt8(asked, at + 2);
    this.#buffer.writeUInt32LE(cell, at + 4);
    this.#buffer.writeDoubleLE(order, at + 8);
    this.#buffer.writeDoubleLE(startMs, at + 16);
    this.#buffer.writeDoubleLE(endMs, at + 24);
    this.#filled += RECORD_BYTES;
    if (this.#filled >= BUFFERED_MAX_BYTES) this.flush();
  }

  /** Afterwards it survives the end of this process. */
  flush(): void {
    if (this.#filled > 0) writeSync(this.#file, this.#buffer, 0, this.#filled);
    this.#filled = 0;
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }
}

/** @returns all operations of a file; a record that its process was killed in is left out. */
export function readOperations(file: string): Operation[] {
  const bytes = readFileSync(file);
  const operations: Operation[] = [];
  for (let at = 0; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES) {
    operations.push({
      kind: bytes.readUInt8(at),
      outcome: bytes.readUInt8(at + 1),
      asked: bytes.readUInt8(at + 2),
      cell: bytes.readUInt32LE(at + 4),
      order: bytes.readDoubleLE(at + 8),
      startMs: bytes.readDoubleLE(at + 16),
      endMs: bytes.readDoubleLE(at + 24),
    });
  }
  return operations;
}
