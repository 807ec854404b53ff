/** Makes valid operations over any schema, from a seed: the same seed gives the same operations. */
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import type { OracleQuery } from './compare-with-oracle.ts';

export interface GeneratorOptions {
  readonly seed: number;
  readonly count: number;
  /** Values that an argument may take, by `Type.field.argument`; arguments without are left out. */
  readonly values: Readonly<Record<string, readonly unknown[]>>;
  /** Fields to leave out, as `Type.field`. */
  readonly without?: ReadonlySet<string>;
  /** Aliases to choose from; otherwise they are mostly other fields' names, which an executor may mistake. */
  readonly aliases?: readonly string[];
  /** Whether @skip and @include are left out. */
  readonly unconditional?: boolean;
  /** Whether an object may be selected again under the same key, with other fields of it. Default false. */
  readonly merges?: boolean;
  /** One of these is down in some operations. */
  readonly subgraphs?: readonly string[];
  /** Share of operations with a subgraph down. */
  readonly downShare?: number;
}

const MAX_DEPTH = 6;

export function* generateOperations(
  schema: GraphQLSchema,
  options: GeneratorOptions,
): Generator<OracleQuery> {
  const random = createRandom(options.seed);
  let made = 0;
  while (made < options.count) {
    const operation = new OperationWriter(schema, options, random).write();
    // Fragments that meet at one place may contradict each other; such an operation is thrown away.
    if (validate(schema, parse(operation.text)).length > 0) continue;
    made += 1;
    const isDown = options.subgraphs !== undefined && random() < (options.downShare ?? 0);
    yield isDown ? { ...operation, down: [pick(random, options.subgraphs as string[])] } : operation;
  }
}

type Random = () => number;

/** Mulberry32: small, seeded, good enough to choose fields. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T;
}

/** What is selected so far of the objects at one place of the answer. */
class Place {
  /** By response key: one key, one meaning. */
  readonly meanings = new Map<string, string>();
  readonly #under = new Map<string, Place>();

  under(responseKey: string): Place {
    const known = this.#under.get(responseKey) ?? new Place();
    this.#under.set(responseKey, known);
    return known;
  }
}

class OperationWriter {
  readonly #schema: GraphQLSchema;
  readonly #options: GeneratorOptions;
  readonly #random: Random;
  readonly #variables = new Map<string, { readonly type: string; readonly value: unknown }>();
  readonly #fragments: string[] = [];
  #budget: number;
  /** How many different variables @skip and @include may read. */
  readonly #switches: number;

  constructor(schema: GraphQLSchema, options: GeneratorOptions, random: Random) {
    this.#schema = schema;
    this.#options = options;
    this.#random = random;
    this.#budget = 4 + Math.floor(random() * 40);
    this.#switches = random() < 0.5 ? 2 : 8;
  }

  write(): OracleQuery {
    const body = this.#selectionSet(this.#schema.getQueryType() as GraphQLObjectType, 0, new Place());
    const definitions = [...this.#variables].map(([name, { type }]) => `$${name}: ${type}`);
    const head = definitions.length === 0 ? 'query Q' : `query Q(${definitions.join(', ')})`;
    const variables = Object.fromEntries([...this.#variables].map(([name, { value }]) => [name, value]));
    return { text: [`${head} ${body}`, ...this.#fragments].join('\n'), variables };
  }

  #selectionSet(type: GraphQLNamedType, depth: number, used: Place): string {
    const selections: string[] = [];
    const wanted = 1 + Math.floor(this.#random() * (depth === 0 ? 3 : 5));
    for (let i = 0; i < wanted; i += 1) {
      const selection = this.#selection(type, depth, used);
      if (selection !== null) selections.push(selection);
    }
    if (selections.length === 0) selections.push('__typename');
    return `{ ${selections.join(' ')} }`;
  }

  #selection(type: GraphQLNamedType, depth: number, used: Place): string | null {
    const choice = this.#random();
    if (choice < 0.06) return this.#chance(0.3) ? `t: __typename` : '__typename';
    if (isAbstractType(type)) {
      if (choice < 0.75 || !('getFields' in type)) return this.#fragment(type, depth, used);
      return this.#field(Object.values(type.getFields()), type.name, depth, used);
    }
    if (choice < 0.16 && depth > 0) return this.#fragment(type, depth, used);
    if (!isObjectType(type)) return null;
    return this.#field(Object.values(type.getFields()), type.name, depth, used);
  }

  #fragment(type: GraphQLNamedType, depth: number, used: Place): string {
    const condition = isAbstractType(type) ? pick(this.#random, this.#schema.getPossibleTypes(type)) : type;
    const body = this.#selectionSet(condition, depth, used);
    const directive = this.#directive();
    if (this.#chance(0.3)) {
      const name = `F${this.#fragments.length}`;
      this.#fragments.push(`fragment ${name} on ${condition.name} ${body}`);
      return `...${name}${directive}`;
    }
    const on = condition === type && this.#chance(0.3) ? '' : ` on ${condition.name}`;
    return `...${on}${directive} ${body}`;
  }

  #field(
    fields: readonly GraphQLField<unknown, unknown>[],
    parent: string,
    depth: number,
    used: Place,
  ): string | null {
    const allowed = fields.filter(({ name }) => !this.#options.without?.has(`${parent}.${name}`));
    const mayNest = depth < MAX_DEPTH && this.#budget > 0;
    const candidates = mayNest ? allowed : allowed.filter((field) => isLeafType(getNamedType(field.type)));
    if (candidates.length === 0) return null;
    const field = pick(this.#random, candidates);
    this.#budget -= 1;
    const args = this.#arguments(field, parent);
    if (args === null) return null;
    const aliases = this.#options.aliases ?? [...fields.map(({ name }) => name), 'x', 'y'];
    const alias = this.#chance(0.25) ? pick(this.#random, aliases) : field.name;
    const meaning = `${field.name}${args}${String(field.type)}`;
    const present = used.meanings.get(alias);
    if (present !== undefined && present !== meaning) return null;
    used.meanings.set(alias, meaning);
    const head = alias === field.name ? field.name : `${alias}: ${field.name}`;
    const type = getNamedType(field.type);
    const directive = this.#directive();
    if (!isCompositeType(type)) return `${head}${args}${directive}`;
    if (present !== undefined && !this.#options.merges) return null;
    return `${head}${args}${directive} ${this.#selectionSet(type, depth + 1, used.under(alias))}`;
  }

  /** @returns `null` where a required argument has no value to take. */
  #arguments(field: GraphQLField<unknown, unknown>, parent: string): string | null {
    const written: string[] = [];
    for (const argument of field.args) {
      const type = String(argument.type);
      const values = this.#options.values[`${parent}.${field.name}.${argument.name}`];
      const isRequired = type.endsWith('!') && argument.defaultValue === undefined;
      if (values === undefined) {
        if (isRequired) return null;
        continue;
      }
      if (!isRequired && this.#chance(0.4)) continue;
      const value = pick(this.#random, values);
      if (this.#chance(0.5) || !isWritable(value)) {
        const name = `v${this.#variables.size}`;
        this.#variables.set(name, { type, value });
        written.push(`${argument.name}: $${name}`);
      } else {
        written.push(`${argument.name}: ${literal(value, argument.type)}`);
      }
    }
    return written.length === 0 ? '' : `(${written.join(', ')})`;
  }

  #directive(): string {
    if (this.#options.unconditional || !this.#chance(0.14)) return '';
    const name = this.#chance(0.5) ? 'skip' : 'include';
    if (this.#chance(0.15)) return ` @${name}(if: ${this.#chance(0.5)})`;
    const variable = `b${Math.floor(this.#random() * this.#switches)}`;
    if (!this.#variables.has(variable)) {
      this.#variables.set(variable, { type: 'Boolean!', value: this.#chance(0.5) });
    }
    return ` @${name}(if: $${variable})`;
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }
}

/** A literal cannot hold half of a character. */
function isWritable(value: unknown): boolean {
  return !/\\ud[89a-f]/.test(JSON.stringify(value));
}

function literal(value: unknown, type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(value, type.ofType);
  if (value === null) return 'null';
  if (isListType(type) && Array.isArray(value))
    return `[${value.map((item) => literal(item, type.ofType)).join(', ')}]`;
  if (isListType(type)) return literal(value, type.ofType);
  if (isInputObjectType(type)) {
    const fields = type.getFields();
    return `{ ${Object.entries(value as Record<string, unknown>)
      .map(([name, part]) => `${name}: ${literal(part, (fields[name] as { type: GraphQLInputType }).type)}`)
      .join(', ')} }`;
  }
  return isEnumType(type) ? String(value) : scalarLiteral(value);
}

/** Also of a scalar that takes objects. */
function scalarLiteral(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(scalarLiteral).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, part]) => `${name}: ${scalarLiteral(part)}`)
    .join(', ')} }`;
}
