/**
 * The price of one plan as a formula over its lists' lengths: sums that are made once, so that a request only looks
 * at lengths. An upper bound of what can be metered.
 */
import type { RequestContext } from '../../core/request-context.ts';
import type { CostModel } from '../../tenancy/cost/cost-model.ts';
import type { CostWeights } from '../../tenancy/cost/cost-weights.ts';
import { blockUnits, sizeUnits } from '../../tenancy/cost/metered-cost.ts';
import { type FieldCost, type OperationCost, wholeUnits } from '../../tenancy/cost/operation-cost.ts';
import type { Variant } from '../interpreted/prepare-interpreted.ts';
import { findAnswerSizes } from './answer-sizes.ts';
import { objectsAt, type PlaceCost } from './place-cost.ts';
import { findPlanCosts } from './plan-costs.ts';

type Variables = Readonly<Record<string, unknown>>;
type Options = Pick<RequestContext['options'], 'cache' | 'consistency' | 'status'>;

/** Places whose objects are as many as one list's items, together: each number is for one item. */
interface ListSum {
  readonly variable: string | null;
  blocks: number;
  transforms: number;
  foreignEntities: number;
  bytes: number;
  values: number;
  weight: number;
}

const BYTES_PER_KIB = 1024;
/** Of `{"data":…}` and, where statuses are told, the path of each. */
const BODY_BYTES = 16;
const STATUSES_BYTES = 64;

export class CostFormula {
  readonly #places: readonly PlaceCost[];
  readonly #fetches: readonly string[];
  readonly #weights: CostWeights;
  readonly #sums: readonly ListSum[];
  /** Of the paths by which statuses are told. */
  readonly #statusPathBytes: number;

  constructor({ plan, selection }: Pick<Variant, 'plan' | 'selection'>, model: CostModel) {
    const costs = findPlanCosts(plan, model);
    const sizes = findAnswerSizes(selection, model, (path) => costs.countAt(path));
    this.#places = [...costs.places, ...sizes];
    this.#fetches = costs.fetches;
    this.#weights = model.weights;
    this.#sums = sumsOf(this.#places);
    this.#statusPathBytes = this.#places.reduce(
      (sum, { path, values }) => sum + values * (path.length + STATUSES_BYTES),
      STATUSES_BYTES,
    );
  }

  /** @param variables coerced. */
  evaluate(variables: Variables, options: Options): OperationCost {
    let [blocks, transforms, foreignEntities, bytes, weight] = [0, 0, 0, BODY_BYTES, 0];
    const tellsStatuses = options.status === 'VALUES';
    if (tellsStatuses) bytes += this.#statusPathBytes;
    for (const sum of this.#sums) {
      const items = objectsAt({ factor: 1, variable: sum.variable }, variables);
      blocks += items * sum.blocks;
      transforms += items * sum.transforms;
      foreignEntities += items * sum.foreignEntities;
      bytes += items * (tellsStatuses ? sum.bytes + sum.values : sum.bytes);
      weight += items * sum.weight;
    }
    const weights = this.#weights;
    const remoteFetches = this.#fetches.length;
    const kib = bytes / BYTES_PER_KIB;
    const total = wholeUnits(
      blocks * blockUnits(weights, options) +
        remoteFetches * weights.remoteFetch +
        foreignEntities * weights.foreignEntity +
        transforms * weights.transform +
        sizeUnits(weights, kib) +
        weight,
    );
    return new EvaluatedCost({ total, blocks, remoteFetches, foreignEntities, transforms, kib }, () =>
      fieldCosts(this.#places, this.#fetches, weights, variables, options),
    );
  }
}

/** Most who ask look at the total alone. */
class EvaluatedCost implements OperationCost {
  readonly total: number;
  readonly blocks: number;
  readonly remoteFetches: number;
  readonly foreignEntities: number;
  readonly transforms: number;
  readonly kib: number;
  readonly #fieldsOf: () => FieldCost[];

  constructor(sums: Omit<OperationCost, 'fields'>, fieldsOf: () => FieldCost[]) {
    this.total = sums.total;
    this.blocks = sums.blocks;
    this.remoteFetches = sums.remoteFetches;
    this.foreignEntities = sums.foreignEntities;
    this.transforms = sums.transforms;
    this.kib = sums.kib;
    this.#fieldsOf = fieldsOf;
  }

  get fields(): FieldCost[] {
    return this.#fieldsOf();
  }
}

function sumsOf(places: readonly PlaceCost[]): ListSum[] {
  const sums = new Map<string | null, ListSum>();
  for (const { count, blocks, transforms, foreignEntities, bytes, values, weight } of places) {
    const { variable, factor } = count;
    const sum = sums.get(variable) ?? {
      variable,
      ...{ blocks: 0, transforms: 0, foreignEntities: 0, bytes: 0, values: 0, weight: 0 },
    };
    sums.set(variable, sum);
    sum.blocks += factor * blocks;
    sum.transforms += factor * transforms;
    sum.foreignEntities += factor * foreignEntities;
    sum.bytes += factor * bytes;
    sum.values += factor * values;
    sum.weight += factor * weight;
  }
  return [...sums.values()];
}

function fieldCosts(
  places: readonly PlaceCost[],
  fetches: readonly string[],
  weights: CostWeights,
  variables: Variables,
  options: Options,
): FieldCost[] {
  const fields = new Map<string, FieldCost>();
  const add = (path: string, more: Partial<FieldCost>): void => {
    const now = fields.get(path) ?? { path, ...NO_COST };
    fields.set(path, {
      path,
      units: now.units + (more.units ?? 0),
      objects: Math.max(now.objects, more.objects ?? 0),
      blocks: now.blocks + (more.blocks ?? 0),
      remoteFetches: now.remoteFetches + (more.remoteFetches ?? 0),
      foreignEntities: now.foreignEntities + (more.foreignEntities ?? 0),
      transforms: now.transforms + (more.transforms ?? 0),
      kib: now.kib + (more.kib ?? 0),
    });
  };
  for (const place of places) {
    const objects = objectsAt(place.count, variables);
    const blocks = objects * place.blocks;
    const foreignEntities = objects * place.foreignEntities;
    const transforms = objects * place.transforms;
    const kib = (objects * place.bytes) / BYTES_PER_KIB;
    const units =
      blocks * blockUnits(weights, options) +
      foreignEntities * weights.foreignEntity +
      transforms * weights.transform +
      kib * weights.kib +
      objects * place.weight;
    add(place.path, { units, objects, blocks, foreignEntities, transforms, kib });
  }
  for (const path of fetches) add(path, { units: weights.remoteFetch, remoteFetches: 1 });
  return [...fields.values()].sort((a, b) => b.units - a.units);
}

const NO_COST: Omit<FieldCost, 'path'> = {
  ...{ units: 0, objects: 0, blocks: 0, remoteFetches: 0, foreignEntities: 0, transforms: 0, kib: 0 },
};
