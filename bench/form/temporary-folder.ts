/** A folder that is gone when the program ends, however it ends (save by SIGKILL). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const INTERRUPTED = 130;

export function makeTemporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Lets an interrupted program end like any other; what it started ends with it, by the channel between them. */
export function endOnInterrupt(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(INTERRUPTED));
  // Who started us is gone. That alone must not keep us here.
  process.once('disconnect', () => process.exit(INTERRUPTED));
  process.channel?.unref();
}
