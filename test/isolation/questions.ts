/** What tenants ask, and what each must be told: worked out of the marks, never out of an answer. */
import { isThere, KEYS, STOPPED, type Tenant } from './two-tenants.ts';

export interface Question {
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly status: 'NONE' | 'VALUES';
  expectedOf(tenant: Tenant): unknown;
}

type Random = (below: number) => number;

const TEXTS = [
  'query List($ids: [ID!]!) { itemList(ids: $ids) { id mark news } }',
  'query Secrets($ids: [ID!]!) { itemList(ids: $ids) { id mark secret } }',
  'query Owners($ids: [ID!]!) { itemList(ids: $ids) { mark owner { ownerId mark } } }',
  'query All($ids: [ID!]!) { itemList(ids: $ids) { id ...F again: mark owner { mark } } } fragment F on Item { secret news }',
] as const;

/** @param many keys a list; answers of some hundred keep a slow reader busy. */
export function makeQuestion(random: Random, many: number): Question {
  const text = TEXTS[random(TEXTS.length)] as string;
  const indexes = Array.from({ length: 1 + random(many) }, () => random(KEYS));
  return {
    text,
    variables: { ids: indexes.map((i) => `k${i}`) },
    status: random(4) === 0 ? 'VALUES' : 'NONE',
    expectedOf: (tenant) => ({ itemList: indexes.map((i) => itemOf(text, tenant, i)) }),
  };
}

function itemOf(text: string, { namespace, scopes }: Tenant, i: number): unknown {
  const there = isThere(namespace, i);
  const value = (what: string) => (there ? `${namespace}:${i}:${what}` : null);
  const mark = value('mark');
  const news = namespace === STOPPED ? staleOf(value('news')) : value('news');
  const secret = scopes.includes('secrets') ? value('secret') : null;
  const owner = { ownerId: `o${i}`, mark: value('owner') };
  switch (TEXTS.indexOf(text as (typeof TEXTS)[number])) {
    case 0:
      return { id: `k${i}`, mark, news };
    case 1:
      return { id: `k${i}`, mark, secret };
    case 2:
      return { mark, owner: there ? owner : null };
    default:
      return { id: `k${i}`, secret, news, again: mark, owner: there ? { mark: owner.mark } : null };
  }
}

/** Behind its source a value is served as it is stored; its status tells. */
function staleOf(value: string | null): string | null {
  return value;
}

/** Letters that statuses of `news` may have where the feed runs, and where it has stopped. */
export function newsLettersOf({ namespace }: Tenant): RegExp {
  return namespace === STOPPED ? /^[SF-]*$/ : /^[PF-]*$/;
}
