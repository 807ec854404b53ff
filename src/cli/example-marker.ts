import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExampleView } from '../../examples/flights/features.ts';
import type { View } from '../registry/registry.ts';

/**
 * What of the example stands in a data folder: written only after a view's rows were acknowledged, so that a load
 * that was killed goes on where it stopped, and a second start loads nothing.
 */
export interface ExampleMarker {
  /** The moment it was loaded as of, in ms. */
  readonly atMs: number;
  /** By view. */
  readonly views: Readonly<Record<string, LoadedView>>;
}

export interface LoadedView {
  /** Of the data, the view's SQL and its layout: another one means other rows. */
  readonly fingerprint: string;
  /** Counts the loads, so that the rows of a later one win over equal event times. */
  readonly revision: number;
}

const MARKER_FILE = 'example.json';
/** What the embedded store leaves when it has rows: a marker without it tells of rows that are gone. */
const STORE_FILE = path.join('lmdb', 'data.mdb');

/** @returns nothing when no load has ever finished a view here, or its rows are gone. */
export async function readMarker(dataFolder: string): Promise<ExampleMarker | undefined> {
  const file = path.join(dataFolder, MARKER_FILE);
  if (!existsSync(file) || !existsSync(path.join(dataFolder, STORE_FILE))) return undefined;
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ExampleMarker;
  } catch {
    return undefined; // half of one cannot be: it is renamed into place. Whatever it is, loading again mends it.
  }
}

export async function writeMarker(dataFolder: string, marker: ExampleMarker): Promise<void> {
  const file = path.join(dataFolder, MARKER_FILE);
  await writeFile(`${file}.new`, JSON.stringify(marker, null, 2));
  await rename(`${file}.new`, file);
}

/** @returns by view name. The raw data are a megabyte, so they are hashed as they are. */
export async function fingerprintViews(
  exampleViews: readonly ExampleView[],
  viewOf: (name: string) => View,
  dataFiles: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const data = createHash('sha256');
  for (const file of dataFiles) data.update(await readFile(file));
  const dataHash = data.digest('hex');
  const fingerprints = new Map<string, string>();
  for (const { view: name, sqlFile } of exampleViews) {
    const view = viewOf(name);
    const identity = JSON.stringify([dataHash, name, view.id, view.blockId, view.layout.id]);
    const hash = createHash('sha256')
      .update(identity)
      .update(await readFile(sqlFile));
    fingerprints.set(name, hash.digest('hex').slice(0, 32));
  }
  return fingerprints;
}
