/** How far a sink has a log, in bytes, kept in a small file beside it: `<log>.<sink>.position`. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { removeFile } from './usage-files.ts';

/** @returns 0 where nobody knows: then all of it is sent again, and counts once. */
export function readPosition(folder: string, log: string, sink: string): number {
  try {
    const text = readFileSync(fileOf(folder, log, sink), 'utf8');
    return /^\d{1,15}$/.test(text) ? Number(text) : 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

export function writePosition(folder: string, log: string, sink: string, position: number): void {
  const file = fileOf(folder, log, sink);
  writeFileSync(`${file}.new`, String(position), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function removePosition(folder: string, log: string, sink: string): void {
  removeFile(fileOf(folder, log, sink));
}

function fileOf(folder: string, log: string, sink: string): string {
  return path.join(folder, `${log}.${sink}.position`);
}
