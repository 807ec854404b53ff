/** Writes a version beside the others and lets `current` lead to it: whole or not at all, one publisher at a time. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import {
  ABOUT_FILE,
  CURRENT_LINK,
  listVersions,
  type PublishedSubgraph,
  type PublishedVersion,
  readVersion,
  SUPERGRAPH_FILE,
  subgraphFile,
  VERSIONS_FOLDER,
  type VersionFacts,
  versionFolder,
} from './published-folder.ts';

export interface VersionContent {
  readonly supergraphSdl: string;
  readonly subgraphs: readonly (PublishedSubgraph & { readonly sdl: string })[];
  readonly restores: number | null;
}

/** How often it begins anew because others publish at the same moment. */
const ATTEMPTS_MAX = 10;

/**
 * The one place through which anything is published.
 *
 * @param make the content, from the newest version; called again where another publisher was faster, so that neither
 *   loses what the other did. `null` publishes nothing.
 * @param nowIso the time of publishing.
 * @returns what was published; `null` where nothing was.
 */
export async function publishVersion(
  folder: string,
  make: (newest: PublishedVersion | null) => Promise<VersionContent | null>,
  nowIso: () => string,
): Promise<VersionFacts | null> {
  await mkdir(path.join(folder, VERSIONS_FOLDER), { recursive: true });
  await removeLeftovers(path.join(folder, VERSIONS_FOLDER), Date.parse(nowIso()));
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const newestNumber = (await listVersions(folder)).at(-1);
    const newest = newestNumber === undefined ? null : await readVersion(versionFolder(folder, newestNumber));
    const content = await make(newest);
    if (content === null) return null;
    const facts = factsOf(content, newest, (newestNumber ?? 0) + 1, nowIso());
    if (!(await claim(folder, facts, content))) continue;
    await pointAtNewest(folder);
    return facts;
  }
  throw new Error(`Others published to ${folder} all the while; nothing was published. Try again.`);
}

function factsOf(
  { supergraphSdl, subgraphs, restores }: VersionContent,
  newest: PublishedVersion | null,
  version: number,
  publishedAt: string,
): VersionFacts {
  const gone = newest?.subgraphs.filter(({ name }) => !subgraphs.some((one) => one.name === name)) ?? [];
  const changed = subgraphs.filter(({ name, sdl }) => newest?.sdlOf.get(name) !== sdl);
  return {
    ...{ version, publishedAt, restores },
    supergraphSha256: createHash('sha256').update(supergraphSdl).digest('hex'),
    subgraphs: subgraphs.map(({ name, url, own }) => ({ name, url, own })),
    changed: [...changed, ...gone].map(({ name }) => name),
  };
}

/**
 * Writes the version aside and renames it to its number: the rename fails where the number is taken.
 * @returns whether the number is ours.
 */
async function claim(folder: string, facts: VersionFacts, content: VersionContent): Promise<boolean> {
  const target = versionFolder(folder, facts.version);
  const aside = path.join(folder, VERSIONS_FOLDER, `.${randomUUID()}`);
  try {
    await mkdir(path.dirname(subgraphFile(aside, 'any')), { recursive: true });
    for (const { name, sdl } of content.subgraphs) await writeDurably(subgraphFile(aside, name), sdl);
    await writeDurably(path.join(aside, SUPERGRAPH_FILE), content.supergraphSdl);
    await writeDurably(path.join(aside, ABOUT_FILE), `${JSON.stringify(facts, null, 2)}\n`);
    await syncFolder(path.dirname(subgraphFile(aside, 'any')));
    await syncFolder(aside);
    await rename(aside, target);
    await syncFolder(path.dirname(target));
    return true;
  } catch (error) {
    if (!TAKEN.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return false;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** As systems say that a folder stands there which is not empty. */
const TAKEN: ReadonlySet<string> = new Set(['ENOTEMPTY', 'EEXIST']);

/** Again where another version came meanwhile: whoever is last to look sees the newest. */
async function pointAtNewest(folder: string): Promise<void> {
  for (;;) {
    const newest = (await listVersions(folder)).at(-1) as number;
    const aside = path.join(folder, `.${CURRENT_LINK}.${randomUUID()}`);
    await symlink(path.relative(folder, versionFolder(folder, newest)), aside);
    await rename(aside, path.join(folder, CURRENT_LINK));
    await syncFolder(folder);
    if ((await listVersions(folder)).at(-1) === newest) return;
  }
}

/** What a publisher that was killed left behind: it became no version, and nobody reads it. */
async function removeLeftovers(versionsFolder: string, nowMs: number): Promise<void> {
  for (const name of await readdir(versionsFolder)) {
    if (!name.startsWith('.')) continue;
    const leftover = path.join(versionsFolder, name);
    const facts = await stat(leftover).catch(() => null);
    if (facts !== null && nowMs - facts.mtimeMs > LEFTOVER_AFTER_MS)
      await rm(leftover, { recursive: true, force: true });
  }
}

/** No publication takes as long. */
const LEFTOVER_AFTER_MS = 3_600_000;

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** So that a name is still there after the machine has lost its power. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
