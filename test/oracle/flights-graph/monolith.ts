/**
 * The flights graph as one schema, without federation: every field is read from the domain that owns it, over the
 * same rows, by one resolver that knows no plan, no representation and no batch.
 */
import {
  buildASTSchema,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  parse,
  printSchema,
} from 'graphql';
import type { RequestContext } from '../../../src/core/request-context.ts';
import type { FeatureReader } from '../../../src/features/feature-reader.ts';
import { RowBackedEntity } from '../../../src/features/row-backed-entity.ts';
import type { DomainCode, Entity, Lookup } from '../../../src/registry/registry.ts';

/** An entity of all domains: its type and the values of its join keys. */
interface MonolithEntity {
  readonly __typename: string;
  readonly values: readonly unknown[];
}

interface Owner {
  readonly domain: string;
  readonly entity: Entity;
  /** A team's own resolver. */
  readonly team: ((source: unknown, args: unknown, context: unknown, info: unknown) => unknown) | null;
}

export interface MonolithParts {
  readonly reader: FeatureReader;
  readonly apiSchema: GraphQLSchema;
  readonly code: ReadonlyMap<string, DomainCode>;
}

export function flightsMonolith({ reader, apiSchema, code }: MonolithParts): GraphQLSchema {
  const schema = buildASTSchema(parse(printSchema(apiSchema)));
  const owners = ownersOf(reader, code);
  const query = schema.getQueryType()?.getFields() ?? {};
  for (const { lookups } of reader.registry.domains) {
    for (const lookup of lookups.values()) {
      const field = query[lookup.field];
      if (field !== undefined) field.resolve = lookUp(reader, lookup);
    }
  }
  for (const [coordinate, owner] of owners) {
    const [typeName, fieldName] = coordinate.split('.') as [string, string];
    const type = schema.getType(typeName);
    const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
    if (field !== undefined) field.resolve = readField(reader, owners, owner, getNamedType(field.type).name);
  }
  return schema;
}

function ownersOf(reader: FeatureReader, code: ReadonlyMap<string, DomainCode>): ReadonlyMap<string, Owner> {
  const owners = new Map<string, Owner>();
  for (const { name: domain, entities } of reader.registry.domains) {
    for (const [type, entity] of entities) {
      const team = code.get(domain)?.resolvers?.[type] ?? {};
      const { features, onDemand, references, viewReads, joinKeys } = entity;
      for (const fields of [features, onDemand, references, viewReads])
        for (const field of fields.keys()) owners.set(`${type}.${field}`, { domain, entity, team: null });
      for (const [field, resolve] of Object.entries(team))
        owners.set(`${type}.${field}`, { domain, entity, team: resolve as Owner['team'] });
      for (const { name } of joinKeys)
        if (!owners.has(`${type}.${name}`)) owners.set(`${type}.${name}`, { domain, entity, team: null });
    }
  }
  return owners;
}

function lookUp(reader: FeatureReader, lookup: Lookup): GraphQLFieldResolver<unknown, RequestContext> {
  const joinKeys =
    reader.registry.domains.flatMap(({ entities }) => entities.get(lookup.entity) ?? [])[0]?.joinKeys ?? [];
  const one = (values: readonly unknown[]): MonolithEntity => ({ __typename: lookup.entity, values });
  return (_source, args) => {
    if (lookup.kind === 'one') return one(lookup.arguments.map((name) => args[name]));
    return (args[lookup.arguments[0] as string] as unknown[]).map((key) =>
      one(
        typeof key === 'object' && key !== null
          ? joinKeys.map(({ name }) => (key as Record<string, unknown>)[name])
          : [key],
      ),
    );
  };
}

function readField(
  reader: FeatureReader,
  owners: ReadonlyMap<string, Owner>,
  { domain, entity, team }: Owner,
  targetType: string,
): GraphQLFieldResolver<MonolithEntity, RequestContext> {
  return async (source, args, context, info) => {
    const external: Record<string, unknown> = {};
    const needed =
      entity.onDemand.get(info.fieldName)?.inputs.filter(({ kind }) => kind === 'external') ?? [];
    for (const { field } of needed) {
      const owner = owners.get(`${entity.name}.${field}`) as Owner;
      // A field that needs another domain's value fails as that value does.
      const value = await readField(reader, owners, owner, '')(source, {}, context, {
        ...info,
        fieldName: field,
      });
      if (value instanceof Error) return value;
      external[field] = value;
    }
    const reads = reader.reads(context);
    const entityClass = reader.classOf(domain, entity.name);
    const given = needed.length === 0 ? null : { representation: external, letters: null };
    const found = entityClass.find(reads, source.values, given);
    await reader.load(reads, [found], () => entityClass.needsOf(info.fieldName));
    if (team !== null) return team(found, args, null, info);
    const held = (found as unknown as Record<string, unknown>)[info.fieldName];
    const value = typeof held === 'function' ? held.call(found, args) : held;
    return value instanceof RowBackedEntity ? { __typename: targetType, values: value.$values } : value;
  };
}
