/** What graphql-query-complexity asks for each field: how it adds to what is below it. Pure arithmetic. */
import { getNamedType, getNullableType, isCompositeType, isListType } from 'graphql';
import type { ComplexityEstimatorArgs } from 'graphql-query-complexity';
import type { ReadOptions } from '../../core/request-context.ts';
import { featureWidthBytes, leafWidthBytes, listWidthBytes } from './answer-width.ts';
import type { ClosedPrice, ClosedPrices } from './closed-prices.ts';
import type { CostModel } from './cost-model.ts';
import { blockUnits } from './metered-cost.ts';
import { COST_MAX } from './operation-cost.ts';
import type { SelectedFields } from './selected-fields.ts';

export type Estimate = (field: ComplexityEstimatorArgs) => number;

/** `"":,` and the braces of an object. */
const MEMBER_BYTES = 8;
const TYPENAME_BYTES = 258;
const KIB = 1024;
/** Of one value's letter and its path. */
const STATUS_BYTES = 256;

export interface EstimatorParts {
  readonly model: CostModel;
  readonly prices: ClosedPrices;
  readonly selected: SelectedFields;
  readonly options: Pick<ReadOptions, 'cache' | 'consistency' | 'status'>;
}

/** Blocks, foreign entities, transforms, bytes and `@cost`: as many times as there are objects. */
export function estimateUnits({ model, prices, selected, options }: EstimatorParts): Estimate {
  const { weights } = model;
  const unitsPerByte = weights.kib / KIB;
  const placeUnits = ({ blocks, foreign }: PlaceSum): number =>
    blocks.size * blockUnits(weights, options) + foreign.size * weights.foreignEntity;
  return ({ type, field, node, args, childComplexity }) => {
    const key = node.alias?.value ?? field.name;
    const keyUnits = (key.length + MEMBER_BYTES) * unitsPerByte;
    if (field.name === '__typename') return keyUnits + TYPENAME_BYTES * unitsPerByte;
    const price = prices.of(type.name, field.name);
    const own = keyUnits + price.transforms * weights.transform + price.weight;
    const target = getNamedType(field.type);
    const isList = isListType(getNullableType(field.type));
    if (!isCompositeType(target) || node.selectionSet === undefined) {
      const statusUnits = options.status === 'VALUES' ? STATUS_BYTES * unitsPerByte : 0;
      return own + statusUnits + widthBytes(price, target.name, isList, price.items) * unitsPerByte;
    }
    const places = [...selected.of(node.selectionSet, target.name)].map(([name, fields]) =>
      placeUnits(sumOf(prices, name, fields)),
    );
    const items = isList ? (keysOf(model, field.name, args) ?? price.items) : 1;
    return own + items * (childComplexity + Math.max(0, ...places) + MEMBER_BYTES * unitsPerByte);
  };
}

/** Requests to subgraphs: one for each place and subgraph at most, however many objects stand there. */
export function estimateFetches({ prices, selected }: EstimatorParts, rootType: string): Estimate {
  return ({ type, field, node, childComplexity }) => {
    const atRoot = type.name === rootType ? prices.of(type.name, field.name).remote.length : 0;
    const target = getNamedType(field.type);
    if (!isCompositeType(target) || node.selectionSet === undefined) return atRoot;
    const places = [...selected.of(node.selectionSet, target.name)].map(([name, fields]) => {
      const { remote, hops } = sumOf(prices, name, fields);
      return remote.size + hops;
    });
    // Objects of several types at one place are asked for in requests of their own.
    return atRoot + childComplexity + places.reduce((sum, fetches) => sum + fetches, 0);
  };
}

/** Of a number that may be none, or too large to be added to. */
export function saturated(units: number): number {
  return Number.isNaN(units) ? COST_MAX : Math.min(COST_MAX, Math.max(0, units));
}

interface PlaceSum {
  readonly blocks: ReadonlySet<string>;
  readonly remote: ReadonlySet<string>;
  readonly foreign: ReadonlySet<string>;
  readonly hops: number;
}

function sumOf(prices: ClosedPrices, type: string, fields: ReadonlySet<string>): PlaceSum {
  const [blocks, remote, foreign] = [new Set<string>(), new Set<string>(), new Set<string>()];
  let hops = 0;
  for (const field of fields) {
    const price = prices.of(type, field);
    for (const block of price.blocks) blocks.add(block);
    for (const name of price.remote) remote.add(name);
    for (const name of price.foreign) foreign.add(name);
    hops += price.hops;
  }
  return { blocks, remote, foreign, hops };
}

/** Keys of a lookup's list, at least 1; `null` for another field. */
function keysOf(
  { prices }: CostModel,
  field: string,
  args: Readonly<Record<string, unknown>>,
): number | null {
  const lookup = prices.lookupOf(field);
  if (lookup?.isList !== true) return null;
  const keys = args[lookup.argument];
  return Array.isArray(keys) ? Math.max(1, keys.length) : 1;
}

function widthBytes({ type, isStored }: ClosedPrice, name: string, isList: boolean, items: number): number {
  if (type !== null) return featureWidthBytes(type, isStored);
  const width = leafWidthBytes(name);
  return isList ? listWidthBytes(width, items) : width;
}
