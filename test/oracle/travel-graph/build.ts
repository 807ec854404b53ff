/** Builds the travel graph twice over the same data: as four subgraphs, and as one schema. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { buildSchema, type GraphQLSchema, isObjectType, parse, printSchema } from 'graphql';
import { composeSupergraph, type Supergraph } from '../../../gateway/compose.ts';
import type { SubgraphClient } from '../../../src/engine/subgraph-client.ts';
import type { MonolithOracle, OracleQuery } from '../compare-with-oracle.ts';
import { createLocalClient } from '../local-client.ts';
import {
  icaoOf,
  MONOLITH_RESOLVERS,
  type Resolver,
  type Resolvers,
  SUBGRAPH_RESOLVERS,
  subgraphDown,
  type TravelContext,
} from './resolvers.ts';
import { SUBGRAPH_SDL } from './sdl.ts';

export const SUBGRAPH_NAMES = Object.keys(SUBGRAPH_SDL);

export function contextOf(query: OracleQuery): TravelContext {
  return { down: new Set(query.down ?? []), log: [] };
}

export function subgraphSchemas(): Map<string, GraphQLSchema> {
  const schemas = new Map<string, GraphQLSchema>();
  for (const name of SUBGRAPH_NAMES) {
    const resolvers = withReferences(SUBGRAPH_RESOLVERS[name] as Resolvers, SUBGRAPH_SDL[name] as string);
    schemas.set(
      name,
      buildSubgraphSchema([{ typeDefs: parse(SUBGRAPH_SDL[name] as string), resolvers }] as never),
    );
  }
  return schemas;
}

/** An entity is its representation. */
function withReferences(resolvers: Resolvers, sdl: string): Record<string, Record<string, unknown>> {
  const all: Record<string, Record<string, unknown>> = {};
  for (const [type, fields] of Object.entries(resolvers)) all[type] = { ...fields };
  for (const [, type] of sdl.matchAll(/type (\w+)[^{]*@key/g)) {
    all[type as string] = {
      ...all[type as string],
      __resolveReference: (representation: unknown) => representation,
    };
  }
  return all;
}

export function composeTravelGraph(): Supergraph {
  const composition = composeSupergraph(
    SUBGRAPH_NAMES.map((name) => ({
      name,
      url: `http://${name}.invalid/graphql`,
      sdl: SUBGRAPH_SDL[name] as string,
    })),
  );
  if (!composition.ok) throw new Error(composition.problems.map((problem) => problem.message).join('\n'));
  return composition.supergraph;
}

export function travelClients(query: OracleQuery, context = contextOf(query)): Map<string, SubgraphClient> {
  schemas ??= subgraphSchemas();
  const clients = new Map<string, SubgraphClient>();
  for (const [name, schema] of schemas) {
    clients.set(
      name,
      createLocalClient(name, schema, { contextValue: context, isDown: context.down.has(name) }),
    );
  }
  return clients;
}
let schemas: Map<string, GraphQLSchema> | undefined;

/** The schema that clients see, resolved in one place; a field of a domain that is down fails there. */
export function travelMonolith(supergraph: Supergraph): MonolithOracle {
  const schema = buildSchema(printSchema(supergraph.apiSchema));
  for (const [subgraph, resolvers] of Object.entries(MONOLITH_RESOLVERS)) {
    for (const [typeName, fields] of Object.entries(resolvers)) {
      const type = schema.getType(typeName);
      if (!isObjectType(type)) throw new Error(`${typeName} is no object type`);
      for (const [name, resolve] of Object.entries(fields)) {
        const field = type.getFields()[name];
        // A field that two domains share is read in the first: both give the same.
        if (field === undefined || field.resolve !== undefined) continue;
        field.resolve = inDomain(subgraph, `${typeName}.${name}`, resolve);
      }
    }
  }
  return { schema, contextValue: contextOf };
}

/** Fields whose `@requires` inputs are read before their own domain is asked. */
const INPUTS_FIRST = new Set([
  'Aircraft.perRow',
  'Aircraft.usageShare',
  'Aircraft.legMinutes',
  'Gate.crowding',
]);

function inDomain(subgraph: string, coordinate: string, resolve: Resolver): Resolver {
  return (parent, args, context) => {
    const isDown = context.down.has(subgraph);
    const isAirportDown = context.down.has('airport');
    // A key is known to the domain that refers by it.
    const knownKey = coordinate === 'Airport.icao' ? 'icao' : coordinate === 'Airport.code' ? 'code' : null;
    if (knownKey !== null) {
      if ((knownKey === 'icao') === (parent.icao !== undefined)) return resolve(parent, args, context);
      if (isAirportDown) throw subgraphDown('airport');
    }
    if (coordinate === 'Airport.lounge') {
      // The carriers' domain knows an airport by a key that the airports' domain has.
      if (parent.icao === undefined && isAirportDown) throw subgraphDown('airport');
      if (icaoOf(parent) === null) return null;
    }
    // Whoever came by one key needs the airports' domain to learn the other.
    if (coordinate === 'Airport.routes' && parent.icao !== undefined && isAirportDown)
      throw subgraphDown('airport');
    if (isDown && !INPUTS_FIRST.has(coordinate)) throw subgraphDown(subgraph);
    const value = resolve(parent, args, context);
    if (isDown) throw subgraphDown(subgraph);
    return value;
  };
}
