/** Bodies of requests by all sorts of clients: documents that come again and again, new ones, and some that are wrong. */
import { ALL_VIEWS, countOf, KEY_PREFIX, type StoredView } from '../serve/population.ts';

/** Documents that come again. */
const KNOWN = 500;
/** So many that what is kept of documents is full by a fifth of a million: from then on nothing may grow. */
const NEW_SHARE = 0.1;
const WRONG_SHARE = 0.002;
const STATUS_SHARE = 0.1;
const KEYS_MAX = 10;
/** Fields of a new document: long, so that what is kept of documents is full early on. */
const NEW_FIELDS = 60;
const KNOWN_FIELDS = 20;

const LISTS = { User: 'users', Member: 'members', Buyer: 'buyers' } as const;
type Listed = keyof typeof LISTS;

interface Document {
  readonly text: string;
  readonly type: Listed;
}

export class RandomOperations {
  readonly #random: () => number;
  readonly #userCount: number;
  readonly #known: readonly Document[];
  #made = 0;

  constructor(random: () => number, userCount: number) {
    this.#random = random;
    this.#userCount = userCount;
    this.#known = Array.from({ length: KNOWN }, () => this.#document(KNOWN_FIELDS));
  }

  next(): string {
    const choice = this.#random();
    const isNew = choice < NEW_SHARE;
    const { text, type } = isNew ? this.#document(NEW_FIELDS) : this.#pick(this.#known);
    const query = choice > 1 - WRONG_SHARE ? `${text} { noSuchField${this.#made} }` : text;
    const ids = Array.from({ length: this.#below(KEYS_MAX) + 1 }, () => this.#key(type));
    const extensions =
      this.#random() < STATUS_SHARE ? { extensions: { featuregraph: { status: 'VALUES' } } } : {};
    return JSON.stringify({ query, variables: { ids }, ...extensions });
  }

  #document(fieldCount: number): Document {
    const type = this.#pick(Object.keys(LISTS) as Listed[]);
    const fields = this.#fields(type, 1 + this.#below(fieldCount));
    const shop =
      type === 'Buyer' && this.#random() < 0.5 ? ` shop { ${this.#fields('Shop', 5).join(' ')} }` : '';
    this.#made += 1;
    const text = `query Q${this.#made}($ids: [ID!]!) { ${LISTS[type]}(ids: $ids) { ${fields.join(' ')}${shop} } }`;
    return { text, type };
  }

  #fields(type: StoredView['type'], count: number): string[] {
    const names = ALL_VIEWS.filter((view) => view.type === type).flatMap(({ features }) => features);
    return Array.from({ length: count }, (_, i) => `f${i}: ${this.#pick(names).name}`);
  }

  #key(type: Listed): string {
    return `${KEY_PREFIX[type]}${this.#below(countOf(type, this.#userCount))}`;
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#below(items.length)] as T;
  }

  #below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }
}
