/** Most bytes that a value takes in an answer, by its type. */
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
/** As much as a stored text may have that says nothing of its size, and its quotes. */
const TEXT_BYTES = 258;
/** Of computed values, which nothing bounds but a block's size: what is more is not foreseen. */
const COMPUTED_TEXT_BYTES_MAX = 256;
const COMPUTED_ITEMS_MAX = 100;

/** @param isStored whether the type's bounds are its owner's. */
export function featureWidthBytes(type: FeatureType, isStored: boolean): number {
  switch (type.kind) {
    case 'vector':
      return LIST_BYTES + type.dim * VECTOR_NUMBER_BYTES;
    case 'list': {
      const items = isStored ? type.maxItems : Math.min(type.maxItems, COMPUTED_ITEMS_MAX);
      return LIST_BYTES + items * (featureWidthBytes(type.of, isStored) + 1);
    }
    case 'scalar': {
      const maxBytes = isStored ? type.maxBytes : Math.min(type.maxBytes, COMPUTED_TEXT_BYTES_MAX);
      return typeWidthBytes({ ...type, maxBytes });
    }
    default:
      return typeWidthBytes(type);
  }
}

/** @param name of a scalar or enum. */
export function leafWidthBytes(name: string): number {
  return SCALAR_BYTES[name] ?? TEXT_BYTES;
}

export function listWidthBytes(itemBytes: number, items: number): number {
  return LIST_BYTES + items * (itemBytes + 1);
}
