import { type FieldDefinitionNode, Kind, type NamedTypeNode, type TypeNode } from 'graphql';
import { BLOCK_MAX_BYTES } from '../core/bounds.ts';
import { type FeatureType, SCALAR_NAMES, type ScalarName, type StructField } from '../core/feature-type.ts';
import type { DraftDomain, DraftField, ResolvedType } from './draft.ts';
import { compareNames } from './layout.ts';
import { platformDefinitions } from './platform-definitions.ts';

/** From a field's GraphQL type to a feature type with its bounds. */
interface Bounds {
  readonly maxItems: number;
  readonly maxBytes: number;
}

/** What is computed or comes from another domain declares no bounds here: it is never stored. */
const UNSTORED: Bounds = { maxItems: 10_000, maxBytes: BLOCK_MAX_BYTES };

const scalarNames: ReadonlySet<string> = new Set(SCALAR_NAMES);
const scalarTypes = new Map<string, FeatureType>();

function scalarType(name: ScalarName, maxBytes: number): FeatureType {
  const key = `${name} ${maxBytes}`;
  let type = scalarTypes.get(key);
  if (type === undefined) {
    type = Object.freeze({ kind: 'scalar', name, maxBytes });
    // Few in practice; a schema with thousands of different bounds must not fill the memory.
    if (scalarTypes.size < 10_000) scalarTypes.set(key, type);
  }
  return type;
}

const resolvedTypes = new WeakMap<DraftField, ResolvedType>();

/** The type of a join key or feature, worked out once: with the bounds it declares where it is stored. */
export function featureTypeOf(domain: DraftDomain, field: DraftField): ResolvedType {
  let resolved = resolvedTypes.get(field);
  if (resolved === undefined) {
    const { feature } = field;
    const bounds =
      feature === undefined ? UNSTORED : { maxItems: feature.maxItems ?? 0, maxBytes: feature.maxBytes };
    resolved = resolveField(domain, field, bounds);
    resolvedTypes.set(field, resolved);
  }
  return resolved;
}

/** The same where problems have been told already: `undefined` instead of them. */
export function knownTypeOf(domain: DraftDomain, field: DraftField): FeatureType | undefined {
  const resolved = featureTypeOf(domain, field);
  return resolved !== null && 'type' in resolved ? resolved.type : undefined;
}

export function isListType(type: TypeNode): boolean {
  return (type.kind === Kind.NON_NULL_TYPE ? type.type : type).kind === Kind.LIST_TYPE;
}

function resolveField(domain: DraftDomain, field: DraftField, bounds: Bounds): ResolvedType {
  const named = nullable(field.type);
  if (named.kind === Kind.NAMED_TYPE && named.name.value === 'Vector') {
    if (field.vector === undefined)
      return { problem: 'A Vector has no length.', mend: 'Add `@vector(dim: …)`.' };
    return { type: { kind: 'vector', dim: field.vector.dim, element: 'F32' } };
  }
  return resolve(domain, field.type, bounds, []);
}

function nullable(type: TypeNode): Exclude<TypeNode, { kind: Kind.NON_NULL_TYPE }> {
  return type.kind === Kind.NON_NULL_TYPE ? type.type : type;
}

function resolve(
  domain: DraftDomain,
  typeNode: TypeNode,
  bounds: Bounds,
  within: readonly string[],
): ResolvedType {
  const type = nullable(typeNode);
  return type.kind === Kind.LIST_TYPE
    ? resolveList(domain, type.type, bounds, within)
    : resolveNamed(domain, type, bounds, within);
}

function resolveList(
  domain: DraftDomain,
  itemNode: TypeNode,
  bounds: Bounds,
  within: readonly string[],
): ResolvedType {
  if (within.length > 0) {
    return {
      problem: `The struct ${within.at(-1)} has a list, for which no bound can be given.`,
      mend: 'Make the list a feature of its own with `maxItems`, or the struct a JSON.',
    };
  }
  if (nullable(itemNode).kind === Kind.LIST_TYPE)
    return { problem: 'A list of lists cannot be a feature.', mend: 'Use JSON, or a list of structs.' };
  const item = resolve(domain, itemNode, bounds, within);
  if (item === null || 'problem' in item) return item;
  if (item.type.kind === 'vector')
    return { problem: 'A list of vectors cannot be a feature.', mend: 'Use one feature for each vector.' };
  const itemsNonNull = itemNode.kind === Kind.NON_NULL_TYPE;
  return { type: { kind: 'list', of: item.type, itemsNonNull, maxItems: bounds.maxItems } };
}

function resolveNamed(
  domain: DraftDomain,
  node: NamedTypeNode,
  bounds: Bounds,
  within: readonly string[],
): ResolvedType {
  const name = node.name.value;
  if (scalarNames.has(name)) return { type: scalarType(name as ScalarName, bounds.maxBytes) };
  if (name === 'Vector')
    return {
      problem: 'A Vector can only be a feature itself.',
      mend: 'Make it a field of the entity with `@vector(dim: …)`.',
    };
  if (platformDefinitions.types.has(name))
    return {
      problem: `${name} tells how a read went; it cannot be a feature.`,
      mend: name === 'ViewRead' ? 'Write `@viewRead(view: …)` instead.' : 'Define an enum of your own.',
    };
  const enumNode = domain.enums.get(name);
  if (enumNode !== undefined) {
    // By name, so that moving a line changes no layout.
    const values = (enumNode.values ?? []).map((value) => value.name.value).sort(compareNames);
    return { type: { kind: 'enum', name, values } };
  }
  const type = domain.types.get(name);
  if (type !== undefined && type.kind === 'object')
    return resolveStruct(domain, name, [...type.fields.values()], bounds, within);
  if (domain.ownScalars.has(name))
    return {
      problem: `The scalar ${name} is not one that features can have.`,
      mend: `Use one of ${SCALAR_NAMES.join(', ')} or Vector.`,
    };
  if (type !== undefined || domain.inputs.has(name))
    return {
      problem: `${name} is an ${type === undefined ? 'input' : 'interface'}, which cannot be a feature.`,
      mend: 'Use a scalar, an enum, a list of these, or an object type without `@key`.',
    };
  return null;
}

function resolveStruct(
  domain: DraftDomain,
  name: string,
  fields: readonly DraftField[],
  bounds: Bounds,
  within: readonly string[],
): ResolvedType {
  if (domain.types.get(name)?.isEntity === true)
    return {
      problem: `${name} is an entity, which cannot be a stored or computed value.`,
      mend: 'Store its key as a feature, and lead to it with `@reference(key: […])`.',
    };
  if (within.includes(name))
    return {
      problem: `The struct ${name} contains itself, so its size has no bound.`,
      mend: 'Use JSON for the inner part.',
    };
  const resolved: StructField[] = [];
  for (const field of fields) {
    const type = resolve(domain, field.type, bounds, [...within, name]);
    if (type === null || 'problem' in type) return type;
    resolved.push({ name: field.name, type: type.type, nonNull: isNonNull(field.node) });
  }
  resolved.sort((a, b) => compareNames(a.name, b.name));
  return { type: { kind: 'struct', name, fields: resolved } };
}

function isNonNull(node: FieldDefinitionNode): boolean {
  return node.type.kind === Kind.NON_NULL_TYPE;
}
