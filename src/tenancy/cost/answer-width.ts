/** Most bytes that a value takes in an answer, by its type. */
import {
  type GraphQLLeafType,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isListType,
} from 'graphql';
import type { FeatureType } from '../../core/feature-type.ts';
import { typeWidthBytes } from '../../registry/type-width.ts';

/** Brackets, and a comma behind. */
const LIST_BYTES = 3;
/** -1.2345678901234567e-38 and a comma. */
const VECTOR_NUMBER_BYTES = 24;

/** Of scalars whose fields say nothing of their size. */
const SCALAR_BYTES: Readonly<Record<string, number>> = {
  Int: 11,
  Float: 24,
  Boolean: 5,
  BigInt: 81,
  DateTime: 26,
  UUID: 38,
};
const TEXT_BYTES = 258;

/** @param items that a list of unknown size is taken to have. */
export function answerWidthBytes(
  feature: FeatureType | null,
  type: GraphQLOutputType,
  items: number,
): number {
  if (feature !== null) return featureWidthBytes(feature);
  const width = leafWidthBytes(getNamedType(type) as GraphQLLeafType);
  return isListType(getNullableType(type)) ? LIST_BYTES + items * (width + 1) : width;
}

function featureWidthBytes(type: FeatureType): number {
  if (type.kind === 'vector') return LIST_BYTES + type.dim * VECTOR_NUMBER_BYTES;
  if (type.kind === 'list') return LIST_BYTES + type.maxItems * (featureWidthBytes(type.of) + 1);
  return typeWidthBytes(type);
}

function leafWidthBytes(type: GraphQLLeafType): number {
  if (isEnumType(type)) return 2 + Math.max(2, ...type.getValues().map(({ name }) => name.length));
  return SCALAR_BYTES[type.name] ?? TEXT_BYTES;
}
