import { readFile } from 'node:fs/promises';
import type { SubgraphDefinition } from './compose.ts';

/** What is composed: the domains of the schema folder, and subgraphs written elsewhere that bring their own SDL. */
export interface RemoteSubgraph {
  readonly url: string;
  /** Where its SDL is, unless the schema folder has it. */
  readonly sdlFile?: string | undefined;
}

/** @throws Error when an SDL file is not given or cannot be read. */
export async function subgraphDefinitions(
  domains: readonly { readonly name: string; readonly federatedSdl: string }[],
  remote: Readonly<Record<string, RemoteSubgraph>>,
): Promise<SubgraphDefinition[]> {
  const own = domains.map(({ name, federatedSdl }) => ({
    name,
    url: remote[name]?.url ?? `in-process:${name}`,
    sdl: federatedSdl,
  }));
  const names = new Set(domains.map(({ name }) => name));
  const foreign = Object.entries(remote)
    .filter(([name]) => !names.has(name))
    .map(async ([name, { url, sdlFile }]) => ({ name, url, sdl: await readSdl(name, sdlFile) }));
  return [...own, ...(await Promise.all(foreign))];
}

/** @throws Error that says where its SDL was expected. */
export async function readSdl(name: string, sdlFile: string | undefined): Promise<string> {
  if (sdlFile === undefined) {
    throw new Error(
      `The subgraph ${name} is not in the schema folder. Put its SDL there as ${name}.graphql, or name the file as subgraphs.${name}.sdlFile.`,
    );
  }
  try {
    return await readFile(sdlFile, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new Error(
      `subgraphs.${name}.sdlFile: expected a file with SDL at ${sdlFile}, but it cannot be read (${reason}).`,
      { cause },
    );
  }
}
