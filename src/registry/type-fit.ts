import { Kind, type TypeNode } from 'graphql';

/**
 * Whether a value of one GraphQL type can be handed, as it is, to a place of another. Nullability of the
 * outermost type is compared apart (`isNonNullType`), because features are always nullable.
 */
const HANDS_TO: Readonly<Record<string, readonly string[]>> = {
  Int: ['Float'],
  String: ['ID'],
  ID: ['String'],
  BigInt: ['ID', 'String', 'Decimal'],
  UUID: ['ID', 'String'],
};

export function typeFits(from: TypeNode, to: TypeNode): boolean {
  const source = withoutNonNull(from);
  const target = withoutNonNull(to);
  if (source.kind === Kind.LIST_TYPE && target.kind === Kind.LIST_TYPE) {
    if (isNonNullType(target.type) && !isNonNullType(source.type)) return false;
    return typeFits(source.type, target.type);
  }
  if (source.kind !== Kind.NAMED_TYPE || target.kind !== Kind.NAMED_TYPE) return false;
  const [a, b] = [source.name.value, target.name.value];
  return a === b || (HANDS_TO[a]?.includes(b) ?? false);
}

export function isNonNullType(type: TypeNode): boolean {
  return type.kind === Kind.NON_NULL_TYPE;
}

function withoutNonNull(type: TypeNode): Exclude<TypeNode, { kind: Kind.NON_NULL_TYPE }> {
  return type.kind === Kind.NON_NULL_TYPE ? type.type : type;
}

/** `[Int!]!`: by hand, because graphql's `print` is made for whole documents. */
export function typeText(type: TypeNode): string {
  switch (type.kind) {
    case Kind.NON_NULL_TYPE:
      return `${typeText(type.type)}!`;
    case Kind.LIST_TYPE:
      return `[${typeText(type.type)}]`;
    case Kind.NAMED_TYPE:
      return type.name.value;
  }
}
