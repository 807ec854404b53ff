import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** What was fetched once and serves later runs: jars and server binaries. Made when it is missing. */
export function cacheFolder(name: string): string {
  const root = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  const folder = path.join(root, 'featuregraph', name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
