import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ReadRecord } from '../../src/ingestion/readers/read-record.ts';
import { openRecordFile } from '../../src/ingestion/readers/record-file.ts';
import type { View } from '../../src/registry/registry.ts';

/** Files for readers, in a folder of their own that goes when the test does. */
export class Folder {
  readonly path = mkdtempSync(path.join(tmpdir(), 'featuregraph-ingestion-'));

  file(name: string, content?: string | Uint8Array): string {
    const file = path.join(this.path, name);
    if (content !== undefined) writeFileSync(file, content);
    return file;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export async function readAll(file: string, view: View, partial = false): Promise<ReadRecord[]> {
  const opened = await openRecordFile(file, { view, partial });
  const records: ReadRecord[] = [];
  for await (const read of opened.read()) records.push(read);
  return records;
}

/** Each record as a plain object, each problem as its `expected`. */
export function outcomes(reads: readonly ReadRecord[]): unknown[] {
  return reads.map((read) =>
    'problem' in read ? `expected ${read.problem.expected}` : { ...(read.record as object) },
  );
}

/** Bytes as a network or a disk may cut them. */
export async function* inPieces(text: string | Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text as Uint8Array);
  for (let start = 0; start < bytes.length; start += pieceBytes)
    yield bytes.subarray(start, start + pieceBytes);
}
