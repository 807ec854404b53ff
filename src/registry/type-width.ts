import type { FeatureType, ScalarName } from '../core/feature-type.ts';

/**
 * Most bytes that a value of a type takes as canonical JSON in a row, and a row and a block with them: what
 * `storage`'s formats add is counted here a second time, and a test holds both equal.
 */
const SCALAR_WIDTH_BYTES: Readonly<Partial<Record<ScalarName, number>>> = {
  Int: 11, // -2147483648
  Float: 24, // -1.2345678901234567e-308
  Boolean: 5,
  BigInt: 81, // 78 digits, sign, quotes
  DateTime: 26,
  UUID: 38,
};
const QUOTES_BYTES = 2;
const NULL_BYTES = 4;
const VECTOR_ELEMENT_BYTES = 4;

export function typeWidthBytes(type: FeatureType): number {
  return Math.max(NULL_BYTES, widthBytes(type));
}

function widthBytes(type: FeatureType): number {
  switch (type.kind) {
    case 'scalar':
      return SCALAR_WIDTH_BYTES[type.name] ?? type.maxBytes + (type.name === 'JSON' ? 0 : QUOTES_BYTES);
    case 'enum':
      return Math.max(0, ...type.values.map((value) => value.length)) + QUOTES_BYTES;
    case 'list':
      // Brackets, and a comma after each item but the last.
      return 1 + type.maxItems * (typeWidthBytes(type.of) + 1);
    case 'struct':
      return type.fields.reduce(
        (sum, field) => sum + field.name.length + '"":,'.length + typeWidthBytes(field.type),
        '{}'.length,
      );
    case 'vector':
      return type.dim * VECTOR_ELEMENT_BYTES;
  }
}

const ROW_HEADER_BYTES = 24;
const ROW_CHECKSUM_BYTES = 4;
const ROW_NARROW_MAX_BYTES = 65_535;
const BLOCK_HEADER_BYTES = 3;
const BLOCK_ENTRY_BYTES = 8;

export function rowWidthBytes(widthsBytes: readonly number[]): number {
  const segmentsBytes = widthsBytes.reduce((sum, bytes) => sum + bytes, 0);
  const offsets = widthsBytes.length + 1;
  const narrowBytes = ROW_HEADER_BYTES + 2 * offsets + segmentsBytes;
  return (narrowBytes > ROW_NARROW_MAX_BYTES ? narrowBytes + 2 * offsets : narrowBytes) + ROW_CHECKSUM_BYTES;
}

export function blockWidthBytes(rowsBytes: readonly number[]): number {
  return rowsBytes.reduce((sum, bytes) => sum + BLOCK_ENTRY_BYTES + bytes, BLOCK_HEADER_BYTES);
}
