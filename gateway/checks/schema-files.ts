import { type DomainSource, loadDomainSources } from '../../src/registry/domain-source.ts';
import type { PublishedVersion } from '../published/published-folder.ts';
import { type RemoteSubgraph, readSdl } from '../subgraph-definitions.ts';
import type { ForeignSubgraph, SchemaFiles } from './check-schema.ts';

/** The files that a check looks at: those of a schema folder, and those of a published version. */

/**
 * @param subgraphs the configured ones; those that the folder does not have bring their own SDL.
 * @param show a path as messages show it.
 * @throws Error where a folder or file cannot be read.
 */
export async function filesOfFolder(
  schemaFolder: string,
  subgraphs: Readonly<Record<string, RemoteSubgraph>>,
  show: (file: string) => string,
): Promise<SchemaFiles> {
  const sources = await loadDomainSources(schemaFolder);
  const domains = sources.map((source) => shown(source, show));
  const names = new Set(domains.map(({ name }) => name));
  const foreign = await Promise.all(
    Object.entries(subgraphs)
      .filter(([name, { sdlFile }]) => !names.has(name) && sdlFile !== undefined)
      .map(async ([name, { url, sdlFile }]): Promise<ForeignSubgraph> => {
        const file = sdlFile as string;
        return { name, url, file: show(file), sdl: await readSdl(name, file) };
      }),
  );
  return { domains, foreign };
}

/** @throws Error for a configured subgraph of which no SDL is anywhere. */
export async function assertAllThere(
  subgraphs: Readonly<Record<string, RemoteSubgraph>>,
  { domains, foreign }: SchemaFiles,
): Promise<void> {
  const known = new Set([...domains, ...foreign].map(({ name }) => name));
  for (const name of Object.keys(subgraphs)) if (!known.has(name)) await readSdl(name, undefined);
}

function shown(source: DomainSource, show: (file: string) => string): DomainSource {
  const problems = source.problems?.map((problem) => ({ ...problem, file: show(problem.file) }));
  return { ...source, file: show(source.file), ...(problems === undefined ? {} : { problems }) };
}

export function filesOfVersion(
  { subgraphs, sdlOf, fileOf }: PublishedVersion,
  show: (file: string) => string,
): SchemaFiles {
  const all = subgraphs.map(({ name, url, own }) => ({
    ...{ name, url, own },
    file: show(fileOf.get(name) as string),
    sdl: sdlOf.get(name) as string,
  }));
  return {
    domains: all
      .filter(({ own }) => own)
      .map(({ name, file, sdl }) => ({ name, file, sdl, code: {}, codeIsElsewhere: true })),
    foreign: all.filter(({ own }) => !own),
  };
}
