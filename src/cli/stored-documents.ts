import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readTrustedDocuments } from '../../gateway/documents/trusted-documents.ts';

/** The operations that are known to be asked: those of the manifest, and those of a folder. */

/**
 * @returns id or file → text; `null` where neither a manifest nor a folder is given.
 * @throws Error where one of them cannot be read.
 */
export async function readStoredDocuments(
  manifest: string | undefined,
  folder: string | undefined,
): Promise<ReadonlyMap<string, string> | null> {
  if (manifest === undefined && folder === undefined) return null;
  const documents = new Map(manifest === undefined ? [] : (await readTrustedDocuments(manifest)).entries());
  for (const name of folder === undefined ? [] : readdirSync(folder).toSorted()) {
    const file = path.join(folder as string, name);
    if (name.endsWith('.graphql')) documents.set(file, readFileSync(file, 'utf8'));
  }
  return documents;
}
