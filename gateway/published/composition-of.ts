/** What a publication would be made of: the candidate beside everybody else's published files, checked and composed. */
import { checkSchema, type SchemaFiles, withOthers } from '../checks/check-schema.ts';
import type { Finding } from '../checks/finding.ts';
import { filesOfVersion } from '../checks/schema-files.ts';
import type { StoredOperations } from '../checks/stored-operations.ts';
import { composeSupergraph } from '../compose.ts';
import type { VersionContent } from './publish-version.ts';
import type { PublishedVersion } from './published-folder.ts';

export interface PublicationInput {
  readonly candidate: SchemaFiles;
  readonly newest: PublishedVersion | null;
  /** Name → where it is served; those not named stay where they are. */
  readonly urls: Readonly<Record<string, string>>;
  /** Subgraphs that leave the graph. */
  readonly without: ReadonlySet<string>;
  readonly operations: StoredOperations | null;
  readonly show: (file: string) => string;
}

export interface PublicationContent {
  /** `null` where it may not be published, or nothing differs from what is. */
  readonly content: VersionContent | null;
  readonly findings: readonly Finding[];
}

/** @throws Error that names the domain whose URL nobody knows. */
export async function compositionOf(input: PublicationInput): Promise<PublicationContent> {
  const { candidate, newest, operations, show } = input;
  const published = newest === null ? null : filesOfVersion(newest, show);
  const all = without(withOthers(candidate, published), input.without);
  const { ok, findings, graph } = await checkSchema({ candidate: all, published, operations });
  if (!ok || graph === null) return { content: null, findings };
  const known = new Map(newest?.subgraphs.map(({ name, url }) => [name, url]));
  const urlOf = (name: string): string => input.urls[name] ?? known.get(name) ?? missingUrl(name);
  const federated = new Map(graph.registry.domains.map(({ name, federatedSdl }) => [name, federatedSdl]));
  const subgraphs = [...all.domains, ...all.foreign]
    .map(({ name, sdl }) => ({ name, sdl, url: urlOf(name), own: federated.has(name) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const composition = composeSupergraph(
    subgraphs.map(({ name, url, sdl }) => ({ name, url, sdl: federated.get(name) ?? sdl })),
  );
  if (!composition.ok) throw new Error(composition.problems.map(({ message }) => message).join('\n'));
  const { supergraphSdl } = composition.supergraph;
  const isSame =
    newest?.supergraphSdl === supergraphSdl &&
    newest.subgraphs.length === subgraphs.length &&
    subgraphs.every(({ name, sdl }) => newest.sdlOf.get(name) === sdl);
  return { content: isSame ? null : { supergraphSdl, subgraphs, restores: null }, findings };
}

function without({ domains, foreign }: SchemaFiles, gone: ReadonlySet<string>): SchemaFiles {
  const stays = ({ name }: { readonly name: string }): boolean => !gone.has(name);
  return { domains: domains.filter(stays), foreign: foreign.filter(stays) };
}

function missingUrl(name: string): never {
  throw new Error(
    `Nobody says where the domain ${name} is served. Give --url ${name}=http://…, or subgraphs.${name}.url in the configuration.`,
  );
}
