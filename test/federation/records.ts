/**
 * One set of records behind all subgraphs and behind the monolithic schema. A record is a plain object that links
 * to others directly; a value may be a function of the record and the arguments. A subgraph sees of a record what
 * its SDL declares, and of what is external there only what a representation brought: a forgotten input is an error.
 */
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  buildSchema,
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isObjectType,
  Kind,
  parse,
  printSchema,
} from 'graphql';
import { parseFieldSet } from '../../gateway/supergraph-facts.ts';
import type { FieldSet } from '../../src/engine/query-plan.ts';

export interface RecordObject {
  readonly __typename: string;
  readonly [field: string]: unknown;
}
type Args = Readonly<Record<string, unknown>>;
// biome-ignore lint/suspicious/noExplicitAny: which fields a record has, and of what, is the data's own.
export type Loose = any;

/** Computes a value from the record's others; those that take arguments are read by `input`. */
export type Computed = (self: Loose, args: Loose) => unknown;

/** A value of a record, whether it is computed there or was given by a representation. */
export function input(object: Loose, field: string, args: Args = {}): Loose {
  const value = object[field];
  return typeof value === 'function' ? (value as Computed)(object, args) : value;
}

export interface Records {
  /** Everything that has a key. */
  readonly entities: readonly RecordObject[];
  /** Interface → its types, for subgraphs that know only the interface. */
  readonly interfaces?: Readonly<Record<string, readonly string[]>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly mutation?: Readonly<Record<string, unknown>>;
}

/** A record as one subgraph sees it. */
class Seen {
  readonly record: RecordObject;
  /** What a representation said of it. */
  readonly given: Readonly<Record<string, unknown>>;
  constructor(record: RecordObject, given: Readonly<Record<string, unknown>> = {}) {
    this.record = record;
    this.given = given;
  }
}

/** The schema that clients see, over the records. */
export function monolithOf(apiSchema: GraphQLSchema, records: Records): GraphQLSchema {
  const schema = buildSchema(printSchema(apiSchema));
  resolveBy(schema, (source, args, _, { fieldName }) => input(source, fieldName, args));
  setRoots(schema, records, (value, args) =>
    typeof value === 'function' ? (value as Computed)({}, args) : value,
  );
  resolveTypes(schema, (value) => (value as RecordObject).__typename);
  return schema;
}

export function subgraphOf(name: string, sdl: string, records: Records): GraphQLSchema {
  const document = parse(sdl);
  const declared = new Declared(name, sdl);
  const references: Record<string, unknown> = {};
  for (const type of declared.entityTypes) {
    references[type] = {
      __resolveReference: (representation: RecordObject) => declared.find(type, representation, records),
    };
  }
  const schema = buildSubgraphSchema([{ typeDefs: document, resolvers: references }] as never);
  resolveBy(schema, (source, args, _, { fieldName, parentType }) =>
    see(declared.read(source as Seen | RecordObject, parentType.name, fieldName, args)),
  );
  setRoots(schema, records, async (value, args) =>
    see(await (typeof value === 'function' ? (value as Computed)({}, args) : value)),
  );
  resolveTypes(
    schema,
    (value) => (value instanceof Seen ? value.record : (value as RecordObject)).__typename,
  );
  return schema;
}

/** Values of a representation stay as they are: no record stands behind their parts. */
function see(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(see);
  return isRecord(value) ? new Seen(value) : value;
}

function isRecord(value: unknown): value is RecordObject {
  return typeof value === 'object' && value !== null && '__typename' in value && !(value instanceof Seen);
}

class Declared {
  readonly #name: string;
  readonly #fields = new Map<string, Map<string, FieldDefinitionNode>>();
  readonly #external = new Set<string>();
  readonly #provided = new Set<string>();
  readonly #keys = new Map<string, FieldSet[]>();

  constructor(name: string, sdl: string) {
    this.#name = name;
    for (const definition of parse(sdl).definitions) {
      if (!('fields' in definition) || !('name' in definition) || definition.name === undefined) continue;
      const type = definition.name.value;
      const fields = this.#fields.get(type) ?? new Map<string, FieldDefinitionNode>();
      this.#fields.set(type, fields);
      const directives = (definition.directives ?? []) as readonly ConstDirectiveNode[];
      for (const key of directives.filter((one) => one.name.value === 'key')) {
        this.#keys.set(type, [...(this.#keys.get(type) ?? []), parseFieldSet(argument(key, 'fields') ?? '')]);
      }
      const isExternal = directives.some((one) => one.name.value === 'external');
      for (const field of (definition.fields ?? []) as readonly FieldDefinitionNode[]) {
        if (field.kind !== Kind.FIELD_DEFINITION) continue;
        fields.set(field.name.value, field);
        const named = new Map(field.directives?.map((one) => [one.name.value, one]));
        if (isExternal || named.has('external')) this.#external.add(`${type}.${field.name.value}`);
        const provides = named.get('provides');
        if (provides !== undefined) {
          for (const [, word] of (argument(provides, 'fields') ?? '').matchAll(/(\w+)/g))
            this.#provided.add(word as string);
        }
      }
    }
  }

  get entityTypes(): readonly string[] {
    return [...this.#keys.keys()];
  }

  find(type: string, representation: RecordObject, records: Records): Seen | null {
    const types = [type, ...(records.interfaces?.[type] ?? [])];
    const candidates = records.entities.filter((one) => types.includes(one.__typename));
    for (const key of this.#keys.get(type) ?? []) {
      if (!holds(representation, key)) continue;
      const record = candidates.find((one) => holds(one, key) && same(one, representation, key));
      if (record !== undefined) return new Seen(record, representation);
    }
    return null;
  }

  /** @throws Error for a value that this subgraph can know from nobody. */
  read(source: Seen | RecordObject, type: string, field: string, args: Args): unknown {
    if (!(source instanceof Seen)) return source[field]; // part of a representation
    const coordinate = `${type}.${field}`;
    const isKey = (this.#keys.get(type) ?? []).some((key) => key.some((one) => one.name === field));
    const isOwn = !this.#external.has(coordinate) || isKey || this.#provided.has(field);
    if (!isOwn && field in source.given) return source.given[field];
    if (!isOwn || !this.#fields.get(type)?.has(field))
      throw new Error(`${this.#name} was not given ${coordinate}`);
    const value = source.record[field];
    if (typeof value !== 'function') return value;
    const self = new Proxy(source.record, {
      get: (_, name) => this.read(source, type, name as string, {}),
    });
    return (value as Computed)(self, args);
  }
}

function holds(object: Readonly<Record<string, unknown>>, key: FieldSet): boolean {
  return key.every(({ name, fields }) => {
    const value = object[name];
    if (value === null || value === undefined) return false;
    if (fields === null) return true;
    return [value].flat().every((one) => holds(one as RecordObject, fields));
  });
}

function same(one: object, other: object, key: FieldSet): boolean {
  return key.every(({ name, fields }) => {
    const [a, b] = [(one as RecordObject)[name], (other as RecordObject)[name]];
    if (fields === null) return String(a) === String(b);
    const [as, bs] = [[a].flat(), [b].flat()];
    return as.length === bs.length && as.every((part, i) => same(part as object, bs[i] as object, fields));
  });
}

function argument(directive: ConstDirectiveNode, name: string): string | null {
  const value = directive.arguments?.find((one) => one.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : null;
}

function resolveBy(schema: GraphQLSchema, resolve: GraphQLFieldResolver<unknown, unknown>): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) field.resolve ??= resolve;
  }
}

function setRoots(
  schema: GraphQLSchema,
  records: Records,
  read: (value: unknown, args: Args) => unknown,
): void {
  const roots = [
    [schema.getQueryType(), records.query],
    [schema.getMutationType(), records.mutation ?? {}],
  ] as const;
  for (const [type, values] of roots) {
    for (const [name, field] of Object.entries(type?.getFields() ?? {})) {
      if (!name.startsWith('_')) field.resolve = (_, args) => read(values[name], args);
    }
  }
}

/** Values of enums are their names, also those that a schema does not have. */
function resolveTypes(schema: GraphQLSchema, typeOf: (value: unknown) => string): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type) && type.name !== '_Entity') type.resolveType = typeOf;
    if (isEnumType(type)) type.serialize = serializeKnown(type.getValues().map(({ name }) => name));
  }
}

function serializeKnown(names: readonly string[]): (value: unknown) => string {
  return (value) => {
    if (!names.includes(value as string)) throw new Error(`no such value: ${value}`);
    return value as string;
  };
}
