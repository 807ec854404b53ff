import { withOthers } from '../../gateway/checks/check-schema.ts';
import { assertAllThere } from '../../gateway/checks/schema-files.ts';
import { composeSupergraph, type Supergraph } from '../../gateway/compose.ts';
import type { Config } from '../config.ts';
import { compileRegistry } from '../registry/compile-registry.ts';
import type { DomainSource } from '../registry/domain-source.ts';
import type { Registry } from '../registry/registry.ts';
import { CompositionError } from '../served-graph.ts';
import { SchemaError } from '../workspace.ts';
import {
  candidateFiles,
  type PublishedOptions,
  publishedFiles,
  readPublishedOption,
} from './published-option.ts';

/** The whole graph from files alone: the schema folder, configured subgraphs, and what others have published. */
export interface LoadedGraph {
  readonly sources: readonly DomainSource[];
  readonly registry: Registry;
  readonly supergraph: Supergraph;
}

/** @throws SchemaError, CompositionError; Error where a file cannot be read. */
export async function loadGraph(config: Config, options: PublishedOptions): Promise<LoadedGraph> {
  const version = await readPublishedOption(options);
  const files = withOthers(await candidateFiles(config), publishedFiles(version));
  await assertAllThere(config.subgraphs, files);
  const { registry, problems } = compileRegistry(files.domains);
  if (registry === null) throw new SchemaError(problems);
  const published = new Map(version?.subgraphs.map(({ name, url }) => [name, url]));
  const urlOf = (name: string): string =>
    config.subgraphs[name]?.url ?? published.get(name) ?? `in-process:${name}`;
  const composition = composeSupergraph([
    ...registry.domains.map(({ name, document }) => ({ name, url: urlOf(name), sdl: document })),
    ...files.foreign.map(({ name, sdl }) => ({ name, url: urlOf(name), sdl })),
  ]);
  if (!composition.ok) throw new CompositionError(composition.problems);
  return { sources: files.domains, registry, supergraph: composition.supergraph };
}
