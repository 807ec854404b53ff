/** All that the price of an operation depends on, beside the operation; made once for each graph. */
import { buildASTSchema, type DocumentNode, extendSchema, GraphQLSchema, isObjectType, parse } from 'graphql';
import type { Registry } from '../../registry/registry.ts';
import { type CostWeights, DEFAULT_WEIGHTS } from './cost-weights.ts';
import { type FieldOwners, readFieldOwners } from './field-owners.ts';
import { FieldPrices } from './field-prices.ts';
import { type ListSizes, readListSizes } from './list-sizes.ts';

/** A selection of field names, as in `@requires`. */
export interface RequiredField {
  readonly name: string;
  readonly fields: readonly RequiredField[] | null;
}

export interface CostModel {
  readonly weights: CostWeights;
  /** In units: an operation that may cost more is refused, whoever asks. */
  readonly maximum: number;
  readonly prices: FieldPrices;
  /** Subgraphs that are asked over HTTP, and whether they are of this platform. */
  readonly remote: ReadonlyMap<string, { readonly own: boolean }>;
  readonly lists: ListSizes;
  readonly owners: FieldOwners;
  /** `@requires` of each subgraph, by `Type.field`. */
  readonly requires: ReadonlyMap<string, ReadonlyMap<string, readonly RequiredField[]>>;
  /** Everything that subgraphs are asked for, also what clients cannot see. Made when first asked for. */
  readonly schema: GraphQLSchema;
}

export interface CostModelParts extends Pick<CostModel, 'remote' | 'requires'> {
  readonly supergraph: DocumentNode;
  /** `null` where the graph was composed elsewhere. */
  readonly registry: Registry | null;
  readonly weights?: CostWeights;
  readonly maximum?: number;
}

/** Of an operation whose owner says nothing. */
export const COST_MAXIMUM_DEFAULT = 10_000;

export function createCostModel(parts: CostModelParts): CostModel {
  const { supergraph, registry, remote, requires } = parts;
  const { weights = DEFAULT_WEIGHTS, maximum = COST_MAXIMUM_DEFAULT } = parts;
  let schema: GraphQLSchema | undefined;
  return {
    ...{ weights, maximum, remote, requires },
    prices: new FieldPrices(registry),
    lists: readListSizes(supergraph),
    owners: readFieldOwners(supergraph),
    get schema() {
      schema ??= subgraphsSchema(supergraph);
      return schema;
    },
  };
}

/** With `_entities`, by which subgraphs are asked for what others have found. */
function subgraphsSchema(supergraph: DocumentNode): GraphQLSchema {
  const schema = buildASTSchema(supergraph, { assumeValid: true, assumeValidSDL: true });
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const entities = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && !type.name.startsWith('__') && !roots.includes(type),
  );
  const query = schema.getQueryType();
  if (entities.length === 0 || query == null) return schema;
  const extension = parse(
    `scalar _Any union _Entity = ${entities.map(({ name }) => name).join(' | ')}
     extend type ${query.name} { _entities(representations: [_Any!]!): [_Entity]! }`,
  );
  return extendSchema(schema, extension, { assumeValid: true, assumeValidSDL: true });
}

/** Of a graph whose costs nobody asks for. */
export const NO_COST_MODEL: CostModel = {
  ...{ weights: DEFAULT_WEIGHTS, maximum: Number.POSITIVE_INFINITY, prices: new FieldPrices(null) },
  ...{ remote: new Map(), owners: new Map(), requires: new Map() },
  lists: { weights: new Map(), assumedSizes: new Map() },
  schema: new GraphQLSchema({}),
};
