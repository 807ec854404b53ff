/** The documents of `bench serve`, and requests of each: the text, and random keys as variables. */
import type { RequestShape } from '../form/load.ts';
import { KEY_PREFIX, type StoredView, VIEWS } from './population.ts';

const names = (view: Pick<StoredView, 'features'>): string =>
  view.features
    .filter(({ type }) => type !== 'ID')
    .map(({ name }) => name)
    .join(' ');
const FIFTY = names(VIEWS.user);

export const DOCUMENTS = {
  user: `query User($id: ID!) { user(id: $id) { ${FIFTY} } }`,
  users: `query Users($ids: [ID!]!) { users(ids: $ids) { ${FIFTY} } }`,
  members: `query Members($ids: [ID!]!) { members(ids: $ids) { ${FIFTY} } }`,
  buyers: `query Buyers($ids: [ID!]!) { buyers(ids: $ids) { ${names(VIEWS.buyer)} ${names(VIEWS.habits)} shop { ${names(VIEWS.shop)} } } }`,
} as const;

export type DocumentName = keyof typeof DOCUMENTS;

const TYPES = { user: 'User', users: 'User', members: 'Member', buyers: 'Buyer' } as const;

/** All that stands in a body before the keys, and after them. */
export function bodyAround(document: DocumentName): { readonly head: string; readonly tail: string } {
  const isOne = document === 'user';
  return {
    head: `{"query":${JSON.stringify(DOCUMENTS[document])},"variables":{${isOne ? '"id":' : '"ids":['}`,
    tail: isOne ? '}}' : ']}}',
  };
}

export interface Asked {
  readonly document: DocumentName;
  readonly keysPerRequest: number;
  readonly keyCount: number;
  /** Exponent of Zipf's law, by which few keys are asked for often; all alike where not given. */
  readonly zipf?: number | undefined;
}

export function requestShape({ document, keysPerRequest, keyCount, zipf }: Asked): RequestShape {
  return {
    ...bodyAround(document),
    ...{ keysPerRequest, keyCount, keyPrefix: KEY_PREFIX[TYPES[document]] },
    ...(zipf !== undefined && { zipf }),
  };
}
