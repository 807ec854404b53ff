import { GraphQLError, GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import type { FeatureType, ScalarName } from '../core/feature-type.ts';
import { describeReceived, isValueProblem, parseFeatureValue } from '../core/feature-value.ts';

/**
 * The scalars beyond GraphQL's own, as graphql-js wants them. Inputs are parsed by the very parser of pushed
 * rows, so that one value has one canonical form wherever it comes from; outputs are stored values, which are
 * canonical already and pass by a check of their kind alone.
 */
const VARIABLE_VALUE_MAX_BYTES = 1024 * 1024; // the front's limit on bodies decides before this one does

type CustomScalarName = Exclude<ScalarName, 'Int' | 'Float' | 'String' | 'Boolean' | 'ID'>;

const DESCRIPTIONS: Readonly<Record<CustomScalarName, string>> = {
  BigInt: 'An integer of any size; always a string in JSON.',
  Decimal: 'A decimal number, exact; always a string in JSON.',
  DateTime: 'A moment: ISO 8601 in UTC with milliseconds.',
  UUID: 'A UUID in lower case.',
  Byte: 'Bytes in base64.',
  JSON: 'Any JSON value.',
};

const CANONICAL_DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** A string of these scalars is what is stored; anything else (a resolver's Date, a bigint) is made canonical. */
const IS_CANONICAL: Readonly<Record<CustomScalarName, (value: unknown) => boolean>> = {
  BigInt: isString,
  Decimal: isString,
  DateTime: (value) => typeof value === 'string' && CANONICAL_DATE_TIME.test(value),
  UUID: isString,
  Byte: isString,
  JSON: () => true,
};

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function createScalar(name: CustomScalarName): GraphQLScalarType {
  const type: FeatureType = { kind: 'scalar', name, maxBytes: VARIABLE_VALUE_MAX_BYTES };
  return new GraphQLScalarType({
    name,
    description: DESCRIPTIONS[name],
    serialize: (value) => (IS_CANONICAL[name](value) ? value : canonical(name, type, value)),
    parseValue: (value) => canonical(name, type, value),
    parseLiteral: (node, variables) => canonical(name, type, literalValue(name, node, variables ?? {}), node),
  });
}

/** Digits of a BigInt or Decimal literal stay text: as a JavaScript number they would be rounded. */
function literalValue(
  name: CustomScalarName,
  node: ValueNode,
  variables: Readonly<Record<string, unknown>>,
): unknown {
  if (name === 'BigInt' && node.kind === Kind.INT) return node.value;
  if (name === 'Decimal' && (node.kind === Kind.INT || node.kind === Kind.FLOAT)) return node.value;
  if (name !== 'JSON' && node.kind === Kind.ENUM) {
    throw new GraphQLError(`${name}: expected a quoted text, got the word ${node.value}.`, { nodes: node });
  }
  return valueFromASTUntyped(node, variables);
}

function canonical(name: string, type: FeatureType, value: unknown, node?: ValueNode): unknown {
  const parsed = parseFeatureValue(type, value);
  if (isValueProblem(parsed)) {
    const message = `${name}: expected ${parsed.expected}, got ${parsed.received}.`;
    throw new GraphQLError(message, node === undefined ? {} : { nodes: node });
  }
  return JSON.parse(parsed.json);
}

export const GraphQLBigInt = createScalar('BigInt');
export const GraphQLDecimal = createScalar('Decimal');
export const GraphQLDateTime = createScalar('DateTime');
export const GraphQLUUID = createScalar('UUID');
export const GraphQLByte = createScalar('Byte');
export const GraphQLJSON = createScalar('JSON');

/** Its length is the feature's affair; the scalar knows only that it holds finite 32-bit floats. */
export const GraphQLVector = new GraphQLScalarType({
  name: 'Vector',
  description: 'A list of 32-bit floats of fixed length.',
  serialize: (value) => (value instanceof Float32Array ? Array.from(value) : value),
  parseValue: canonicalVector,
  parseLiteral: (node, variables) => canonicalVector(valueFromASTUntyped(node, variables)),
});

function canonicalVector(value: unknown): unknown {
  if (!Array.isArray(value)) {
    throw new GraphQLError(`Vector: expected a list of numbers, got ${describeReceived(value)}.`);
  }
  return canonical('Vector', { kind: 'vector', dim: value.length, element: 'F32' }, value);
}

/** By name, for the resolvers of a schema: those a schema does not use must be left out by the caller. */
export const SCALARS: Readonly<Record<string, GraphQLScalarType>> = {
  BigInt: GraphQLBigInt,
  Decimal: GraphQLDecimal,
  DateTime: GraphQLDateTime,
  UUID: GraphQLUUID,
  Byte: GraphQLByte,
  JSON: GraphQLJSON,
  Vector: GraphQLVector,
};
