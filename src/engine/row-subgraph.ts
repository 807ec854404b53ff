import type { GraphQLSchema } from 'graphql';
import type { EntityClass } from '../features/entity-class.ts';
import type { FeatureReader } from '../features/feature-reader.ts';
import type { Lookup } from '../registry/registry.ts';

/** A subgraph of this process: what a program must know of it to read and write its features without it. */
export interface RowSubgraph {
  /** The same for all subgraphs of a graph. */
  readonly reader: FeatureReader;
  readonly schema: GraphQLSchema;
  /** By root field. */
  readonly lookups: ReadonlyMap<string, Lookup>;
  readonly classes: ReadonlyMap<string, EntityClass>;
  /** Whether a team's own code answers the field. */
  isTeams(type: string, field: string): boolean;
}
