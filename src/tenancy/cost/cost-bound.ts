/**
 * The first gate: what a document may cost at most, by graphql-query-complexity over the schema that clients see,
 * before anything is planned. Looser than the formula of its plan and never below it, save where the planner must go
 * through a further subgraph for a key alone.
 *
 * The library alone can be cheated, so it is given less than it takes: one operation, variables that are checked, a
 * bound number of nodes, and an estimator that always answers a number of at least nothing.
 */
import { type GraphQLSchema, Kind, type OperationDefinitionNode } from 'graphql';
import { getComplexity } from 'graphql-query-complexity';
import { FeaturegraphError } from '../../core/errors.ts';
import { type PricedPlace, tooExpensive } from './assert-affordable.ts';
import {
  type Estimate,
  type EstimatorParts,
  estimateFetches,
  estimateUnits,
  saturated,
} from './bound-estimators.ts';
import { ClosedPrices } from './closed-prices.ts';
import type { CostModel } from './cost-model.ts';
import { countNodes, type Fragments } from './count-nodes.ts';
import { wholeUnits } from './operation-cost.ts';
import { SelectedFields } from './selected-fields.ts';

/** With fragments opened; twice as many as the fields that anybody may ask for. */
export const NODES_MAX = 10_000;

/**
 * The bound may be above the formula, mostly by less than a half: what is planned must not depend on that. A document
 * whose bound is so many times what an operation may cost is none that anybody means to pay for.
 */
const SLACK = 4;

export interface BoundedOperation {
  readonly operation: OperationDefinitionNode;
  readonly fragments: Fragments;
  /** As the client sent them; checked already. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly options: EstimatorParts['options'];
}

export class CostBound {
  readonly #schema: GraphQLSchema;
  readonly #model: CostModel;
  readonly #prices: ClosedPrices;

  constructor(apiSchema: GraphQLSchema, model: CostModel) {
    this.#schema = apiSchema;
    this.#model = model;
    this.#prices = new ClosedPrices(model);
  }

  /**
   * @returns whole units.
   * @throws FeaturegraphError FIELD_LIMIT where there is too much to look at.
   */
  of(bounded: BoundedOperation): number {
    return this.#look(bounded).units;
  }

  /**
   * Lets through what may be affordable: whether it is, the formula says once it is planned.
   *
   * @throws FeaturegraphError COST_ESTIMATED_TOO_EXPENSIVE, FIELD_LIMIT
   */
  assertWorthPlanning(bounded: BoundedOperation): void {
    const { maximum } = this.#model;
    const { units, roots } = this.#look(bounded);
    if (units <= maximum * SLACK) return;
    const dearest = roots.sort((a, b) => b.units - a.units);
    throw tooExpensive({ cost: units, maximum, dearest }, 'was not planned, because it');
  }

  #look(bounded: BoundedOperation): Looked {
    const { operation, fragments, options } = bounded;
    if (countNodes(operation.selectionSet, fragments) > NODES_MAX) throw tooManyNodes();
    const [model, prices] = [this.#model, this.#prices];
    const parts = { model, prices, options, selected: new SelectedFields(this.#schema, fragments) };
    const rootType = this.#schema.getRootType(operation.operation)?.name ?? '';
    const roots: PricedPlace[] = [];
    const ofUnits = estimateUnits(parts);
    let units = this.#run(bounded, (field) => {
      const own = ofUnits(field);
      if (field.type.name === rootType)
        roots.push({ path: field.node.alias?.value ?? field.field.name, units: own });
      return own;
    });
    if (model.remote.size > 0)
      units += model.weights.remoteFetch * this.#run(bounded, estimateFetches(parts, rootType));
    return { units: wholeUnits(units), roots };
  }

  #run({ operation, fragments, variables }: BoundedOperation, estimate: Estimate): number {
    return getComplexity({
      schema: this.#schema,
      query: { kind: Kind.DOCUMENT, definitions: [operation, ...fragments.values()] },
      variables: { ...variables },
      maxQueryNodes: NODES_MAX + 1,
      estimators: [(field) => saturated(estimate(field))],
    });
  }
}

interface Looked {
  /** Whole. */
  readonly units: number;
  /** Fields at the root. */
  readonly roots: PricedPlace[];
}

function tooManyNodes(): FeaturegraphError {
  return new FeaturegraphError(
    'FIELD_LIMIT',
    `The document has more than ${NODES_MAX} fields and fragments once they are expanded. Ask for less at once.`,
  );
}
