/**
 * Where supergraphs are published: a folder of versions that are never changed, and `current`, which leads to the
 * newest. To bring an old one back is to publish it anew, so numbers only grow and who is behind is seen at once.
 *
 *     current -> versions/000012
 *     versions/000012/about.json               number, time, subgraphs with their URLs
 *     versions/000012/supergraph.graphql       what gateways read
 *     versions/000012/subgraphs/fleet.graphql  what the teams wrote
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

export const VERSIONS_FOLDER = 'versions';
export const CURRENT_LINK = 'current';
export const SUPERGRAPH_FILE = 'supergraph.graphql';
export const ABOUT_FILE = 'about.json';
const SUBGRAPHS_FOLDER = 'subgraphs';

export interface PublishedSubgraph {
  readonly name: string;
  readonly url: string;
  /** Whether it is a domain of ours, and not one from elsewhere. */
  readonly own: boolean;
}

/** What `about.json` says. */
export interface VersionFacts {
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly publishedAt: string;
  /** Hex, of the supergraph's text. */
  readonly supergraphSha256: string;
  readonly subgraphs: readonly PublishedSubgraph[];
  /** Subgraphs whose files are others than in the version before. */
  readonly changed: readonly string[];
  /** The older version that this one brings back; `null` for any other. */
  readonly restores: number | null;
}

export interface PublishedVersion extends VersionFacts {
  readonly supergraphSdl: string;
  /** Name → SDL as its team wrote it. */
  readonly sdlOf: ReadonlyMap<string, string>;
  /** Name → path of that file. */
  readonly fileOf: ReadonlyMap<string, string>;
}

export function versionFolder(folder: string, version: number): string {
  return path.join(folder, VERSIONS_FOLDER, String(version).padStart(6, '0'));
}

export function subgraphFile(versionPath: string, name: string): string {
  return path.join(versionPath, SUBGRAPHS_FOLDER, `${name}.graphql`);
}

/** @returns the numbers of all versions, the oldest first; none where nothing was ever published. */
export async function listVersions(folder: string): Promise<number[]> {
  try {
    const names = await readdir(path.join(folder, VERSIONS_FOLDER));
    return names
      .filter((name) => /^\d{6,}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** @throws Error that says what was expected there. */
export async function readVersionFacts(versionPath: string): Promise<VersionFacts> {
  const file = path.join(versionPath, ABOUT_FILE);
  const text = await readText(file);
  try {
    const facts = JSON.parse(text) as VersionFacts;
    if (Number.isInteger(facts.version) && Array.isArray(facts.subgraphs)) return facts;
  } catch {
    // Told below.
  }
  throw new Error(`${file} is not what publish writes; expected JSON with version and subgraphs.`);
}

/**
 * @param place a folder of versions, or one version alone, as a team's repository may keep a copy of it.
 * @returns what is current; `null` where nothing has been published yet.
 * @throws Error where the folder is there and cannot be read.
 */
export async function readPublished(place: string): Promise<PublishedVersion | null> {
  const names = await readdir(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new Error(`Expected published versions at ${place}, but it cannot be read (${error.code}).`);
  });
  if (names === null) return null;
  if (names.includes(ABOUT_FILE)) return readVersion(place);
  const newest = (await listVersions(place)).at(-1);
  if (newest === undefined && names.length > 0)
    throw new Error(
      `Expected published versions at ${place} (${VERSIONS_FOLDER}/), or a copy of one (${ABOUT_FILE}), but it has neither.`,
    );
  return newest === undefined ? null : readVersion(versionFolder(place, newest));
}

/** @throws Error that names the file that cannot be read. */
export async function readVersion(versionPath: string): Promise<PublishedVersion> {
  const facts = await readVersionFacts(versionPath);
  const fileOf = new Map(facts.subgraphs.map(({ name }) => [name, subgraphFile(versionPath, name)]));
  const texts = await Promise.all(
    [...fileOf].map(async ([name, file]) => [name, await readText(file)] as const),
  );
  const supergraphSdl = await readText(path.join(versionPath, SUPERGRAPH_FILE));
  return { ...facts, supergraphSdl, sdlOf: new Map(texts), fileOf };
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`Expected a published version with ${file}, but it cannot be read (${error.code}).`);
  });
}
