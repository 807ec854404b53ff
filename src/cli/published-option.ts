import path from 'node:path';
import type { Command } from 'commander';
import type { SchemaFiles } from '../../gateway/checks/check-schema.ts';
import { filesOfFolder, filesOfVersion } from '../../gateway/checks/schema-files.ts';
import { type PublishedVersion, readPublished } from '../../gateway/published/published-folder.ts';
import type { Config } from '../config.ts';

/** `--published`: what the other domains have published, for a repository that has one domain's files alone. */
export interface PublishedOptions {
  readonly published?: string;
}

export function withPublished(command: Command): Command {
  return command.option(
    '--published <folder>',
    'what is published: a folder of versions, or a copy of one; other domains are taken from it',
  );
}

/**
 * @returns `null` where no folder is named.
 * @throws Error where it is named and has no version: a check without the others would pass what breaks them.
 */
export async function readPublishedOption({ published }: PublishedOptions): Promise<PublishedVersion | null> {
  if (published === undefined) return null;
  const version = await readPublished(path.resolve(published));
  if (version === null) throw new Error(`--published: nothing has been published at ${published} yet.`);
  return version;
}

/** @throws Error where a folder or file cannot be read. */
export function candidateFiles(config: Config): Promise<SchemaFiles> {
  return filesOfFolder(config.schemaFolder, config.subgraphs, shownPath);
}

export function publishedFiles(version: PublishedVersion | null): SchemaFiles | null {
  return version === null ? null : filesOfVersion(version, shownPath);
}

/** From where one stands, which is what terminals and code hosts make a link of; whole where it is elsewhere. */
export function shownPath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') ? file : relative;
}
