/**
 * What a feature can be. A type is plain data, compiled from SDL by the registry; its signature is what a
 * stored layout remembers, so that a row written under an older schema stays readable.
 */
export const SCALAR_NAMES = [
  'Int',
  'Float',
  'String',
  'Boolean',
  'ID',
  'BigInt',
  'Decimal',
  'DateTime',
  'UUID',
  'Byte',
  'JSON',
] as const;

export type ScalarName = (typeof SCALAR_NAMES)[number];

export interface ScalarType {
  readonly kind: 'scalar';
  readonly name: ScalarName;
  /** Bound of the encoded value in bytes, for String, ID, Decimal, Byte and JSON. */
  readonly maxBytes: number;
}
export interface EnumType {
  readonly kind: 'enum';
  readonly name: string;
  readonly values: readonly string[];
}
export interface ListType {
  readonly kind: 'list';
  readonly of: FeatureType;
  readonly itemsNonNull: boolean;
  readonly maxItems: number;
}
export interface StructField {
  readonly name: string;
  readonly type: FeatureType;
  readonly nonNull: boolean;
}
export interface StructType {
  readonly kind: 'struct';
  readonly name: string;
  readonly fields: readonly StructField[];
}
export interface VectorType {
  readonly kind: 'vector';
  readonly dim: number;
  readonly element: 'F32';
}
export type FeatureType = ScalarType | EnumType | ListType | StructType | VectorType;

/** GraphQL's way of writing a type: `[Int!]`, `WeatherReport`, `Vector`. For messages. */
export function describeType(type: FeatureType): string {
  switch (type.kind) {
    case 'list':
      return `[${describeType(type.of)}${type.itemsNonNull ? '!' : ''}]`;
    case 'vector':
      return `Vector(${type.dim})`;
    default:
      return type.name;
  }
}

/**
 * Canonical text of everything about a type that decides how its bytes are read. Bounds are left out: a
 * tighter bound does not make a stored value unreadable.
 */
export function typeSignature(type: FeatureType): string {
  switch (type.kind) {
    case 'scalar':
      return type.name;
    case 'enum':
      return `enum(${type.values.join('|')})`;
    case 'list':
      return `[${typeSignature(type.of)}${type.itemsNonNull ? '!' : ''}]`;
    case 'struct':
      return `{${type.fields.map((f) => `${f.name}:${typeSignature(f.type)}${f.nonNull ? '!' : ''}`).join(',')}}`;
    case 'vector':
      return `vector(${type.dim},${type.element})`;
  }
}

/**
 * Whether bytes stored under `stored` can be served as `current` without touching them. What does not fit is
 * absent (NOT_FOUND), decided once per layout, never per value.
 */
export function storedTypeFits(stored: FeatureType, current: FeatureType): boolean {
  if (current.kind === 'scalar') return fitsScalar(stored, current.name);
  if (stored.kind !== current.kind) return false;
  switch (current.kind) {
    case 'enum':
      return (stored as EnumType).values.every((value) => current.values.includes(value));
    case 'list': {
      const old = stored as ListType;
      return (old.itemsNonNull || !current.itemsNonNull) && storedTypeFits(old.of, current.of);
    }
    case 'struct':
      return fitsStruct(stored as StructType, current);
    case 'vector':
      return (stored as VectorType).dim === current.dim && (stored as VectorType).element === current.element;
  }
}

/** Scalars whose stored JSON is also valid, unchanged, for another scalar. */
const WIDENS_TO: Readonly<Partial<Record<ScalarName, readonly ScalarName[]>>> = {
  Int: ['Float', 'JSON'],
  Float: ['JSON'],
  Boolean: ['JSON'],
  String: ['ID', 'JSON'],
  ID: ['String', 'JSON'],
  BigInt: ['String', 'ID', 'Decimal', 'JSON'],
  Decimal: ['String', 'JSON'],
  DateTime: ['String', 'JSON'],
  UUID: ['String', 'ID', 'JSON'],
  Byte: ['String', 'JSON'],
};

function fitsScalar(stored: FeatureType, current: ScalarName): boolean {
  if (stored.kind === 'vector') return false;
  if (current === 'JSON') return true;
  if (stored.kind === 'enum') return current === 'String' || current === 'ID';
  if (stored.kind !== 'scalar') return false;
  return stored.name === current || (WIDENS_TO[stored.name]?.includes(current) ?? false);
}

function fitsStruct(stored: StructType, current: StructType): boolean {
  const old = new Map(stored.fields.map((field) => [field.name, field]));
  return current.fields.every((field) => {
    const before = old.get(field.name);
    if (before === undefined) return !field.nonNull;
    return (before.nonNull || !field.nonNull) && storedTypeFits(before.type, field.type);
  });
}
