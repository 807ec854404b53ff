/** Composes subgraphs into the supergraph and the schema that clients see; every problem is told at once. */
import {
  composeServices,
  createCompositionSuccessReadCacheContainer,
  type ServiceDefinition,
  transformSupergraphToPublicSchema,
} from '@theguild/federation-composition';
import {
  buildASTSchema,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  isScalarType,
  Kind,
  type NamedTypeNode,
  parse,
  printSchema,
} from 'graphql';
import type { Protections } from '../src/engine/protections.ts';
import { readProtections } from '../src/engine/read-protections.ts';
import { platformDefinitions } from '../src/registry/platform-definitions.ts';
import { SCALARS } from '../src/registry/scalars.ts';
import { abridgeSubgraphs } from './abridged-subgraphs.ts';
import type { ComposedSubgraph } from './carried-over-fields.ts';
import { type ReadSupergraph, readSupergraph } from './read-supergraph.ts';

export interface SubgraphDefinition {
  readonly name: string;
  readonly url: string;
  readonly sdl: string | DocumentNode;
}

export interface CompositionProblem {
  readonly code: string;
  readonly message: string;
  /** `Type.field` that the message names first, where it names one. */
  readonly coordinate: string | null;
}

export interface Supergraph extends ReadSupergraph {
  /** Its text; printed when somebody asks, unless it came as one. */
  readonly supergraphSdl: string;
  /** What clients see; its scalars check what they are given. */
  readonly apiSchema: GraphQLSchema;
  /** The same as text. */
  readonly apiSdl: string;
  /** Whether a field has a feature status. */
  readonly isFeature: (type: string, field: string) => boolean;
  /** What fields need to be seen. */
  readonly protections: Protections;
}

export type Composition =
  | { readonly ok: true; readonly supergraph: Supergraph }
  | { readonly ok: false; readonly problems: readonly CompositionProblem[] };

export function composeSupergraph(subgraphs: readonly SubgraphDefinition[]): Composition {
  const parsed: ComposedSubgraph[] = [];
  const problems: CompositionProblem[] = [];
  for (const { name, url, sdl } of subgraphs) {
    try {
      const typeDefs = typeof sdl === 'string' ? parse(sdl, { noLocation: true }) : sdl;
      parsed.push({
        name,
        url,
        typeDefs,
        isChecked: typeDefs.definitions.includes(platformDefinitions.header),
      });
    } catch (error) {
      problems.push(problem('INVALID_GRAPHQL', `[${name}] ${messageOf(error)}`));
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  try {
    const supergraph = composeInShort(parsed);
    if (supergraph !== null) return { ok: true, supergraph };
    const result = composeServices(parsed.map(unshared));
    if (result.errors !== undefined) return { ok: false, problems: result.errors.map(problemOf) };
    return { ok: true, supergraph: loadSupergraph(result.supergraphSdl) };
  } catch (error) {
    // The composer throws, instead of reporting, on types that contradict each other.
    return { ok: false, problems: [problem('COMPOSITION_FAILED', messageOf(error))] };
  }
}

/** @returns `null` where nothing can be left out, and where the whole must say what is wrong with it. */
function composeInShort(subgraphs: readonly ComposedSubgraph[]): Supergraph | null {
  const short = abridgeSubgraphs(subgraphs);
  if (!short.isShorter) return null;
  try {
    const result = composeServices(short.subgraphs.map(unshared));
    if (result.errors !== undefined) return null;
    const document = short.complete(result.supergraphDocumentNode);
    const whole = createCompositionSuccessReadCacheContainer(document);
    return supergraphOf(document, () => whole.supergraphSdl);
  } catch {
    return null;
  }
}

/** The composer takes fields out of definitions that it is given (seen). */
function unshared({ name, url, typeDefs }: ComposedSubgraph): ServiceDefinition {
  const definitions = typeDefs.definitions.map((definition) => ({ ...definition }));
  return { name, url, typeDefs: { ...typeDefs, definitions } };
}

/** @throws GraphQLError or Error when the text is not a supergraph. */
export function loadSupergraph(supergraphSdl: string): Supergraph {
  return supergraphOf(supergraphSdl, () => supergraphSdl);
}

function supergraphOf(supergraph: string | DocumentNode, textOf: () => string): Supergraph {
  const { document, facts } = readSupergraph(supergraph);
  const apiSchema = buildASTSchema(withoutHidden(transformSupergraphToPublicSchema(document)), {
    // A feature that moves by @override has the directives of both domains, and no directive of ours is repeatable.
    assumeValidSDL: true,
  });
  if (facts.isFeatureGraph) assignScalars(apiSchema);
  return {
    get supergraphSdl() {
      return textOf();
    },
    document,
    apiSchema,
    // Printed when somebody asks: a server never does.
    get apiSdl() {
      return printSchema(apiSchema);
    },
    facts,
    isFeature: (type, field) => facts.features.has(`${type}.${field}`),
    protections: readProtections(document),
  };
}

/** Inaccessible types are gone, but unions and types that implement them still name them. */
function withoutHidden(document: DocumentNode): DocumentNode {
  const names = new Set(
    document.definitions.flatMap((one) => ('name' in one && one.name !== undefined ? one.name.value : [])),
  );
  const isKnown = (type: NamedTypeNode): boolean => names.has(type.name.value);
  return {
    ...document,
    definitions: document.definitions.map((definition) => {
      switch (definition.kind) {
        case Kind.UNION_TYPE_DEFINITION:
          return { ...definition, types: definition.types?.filter(isKnown) ?? [] };
        case Kind.OBJECT_TYPE_DEFINITION:
        case Kind.INTERFACE_TYPE_DEFINITION:
          return { ...definition, interfaces: definition.interfaces?.filter(isKnown) ?? [] };
        default:
          return definition;
      }
    }),
  };
}

/**
 * Scalars built from SDL let anything pass: those of the platform get their real checks, in place. In a graph
 * that is not ours a `DateTime` may be written in another way, so it is left alone.
 */
function assignScalars(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    const real = SCALARS[type.name];
    if (real === undefined || !isScalarType(type)) continue;
    type.serialize = real.serialize;
    type.parseValue = real.parseValue;
    type.parseLiteral = real.parseLiteral;
  }
}

function problemOf(error: GraphQLError): CompositionProblem {
  return problem(String(error.extensions.code ?? 'COMPOSITION_FAILED'), error.message);
}

function problem(code: string, message: string): CompositionProblem {
  const coordinate = /"([A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*)/.exec(message)?.[1] ?? null;
  return { code, message, coordinate };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
