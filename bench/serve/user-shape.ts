/** The entity that is served: its features, their values, and the queries that ask for all of them. */
import type { RequestShape } from '../form/load.ts';
import { seededRandom } from '../form/seeded-random.ts';

export const FEATURES = 50;
export const KEY_PREFIX = 'user-';
export const VIEW_COUNTS = [1, 5] as const;

export interface UserFeature {
  readonly name: string;
  readonly type: 'Int' | 'Float';
  readonly view: string;
}

/** Whole numbers and others in turns, spread over the views in equal parts. */
export function userFeatures(viewCount: number): UserFeature[] {
  return Array.from({ length: FEATURES }, (_, index) => {
    const number = `${index + 1}`.padStart(2, '0');
    const view = `activity_${Math.floor((index * viewCount) / FEATURES)}`;
    return index % 2 === 0
      ? { name: `count${number}`, type: 'Int', view }
      : { name: `mean${number}`, type: 'Float', view };
  });
}

const COUNT_MAX = 100_000;
const MEAN_MAX = 1000;
const MEAN_STEPS = 1000;

/** In the order of the features; the same for the same user on every run. */
export function userValues(user: number): number[] {
  const random = seededRandom(user + 1);
  return Array.from({ length: FEATURES }, (_, index) =>
    index % 2 === 0
      ? Math.floor(random() * COUNT_MAX)
      : Math.floor(random() * MEAN_MAX * MEAN_STEPS) / MEAN_STEPS,
  );
}

/** The domain as a team would write it. */
export function userSdl(viewCount: number): string {
  const features = userFeatures(viewCount);
  const views = [...new Set(features.map(({ view }) => view))];
  return `"Somebody who uses the shop."
type User
  @key(fields: "id")
${views.map((view) => `  @view(name: "${view}", ttl: "30d")`).join('\n')} {
  id: ID!
${features.map(({ name, type, view }) => `  "One of many figures."\n  ${name}: ${type} @feature(view: "${view}")`).join('\n')}
}

type Query {
  "The features of one user."
  user(id: ID!): User @lookup
  "The features of many users, in the order asked for."
  users(ids: [ID!]!): [User!] @lookup(maxKeys: 1000)
}
`;
}

/** The request for one user, or for many, with the document as text and keys as variables. */
export function requestShape(usersPerRequest: number, userCount: number): RequestShape {
  const fields = userFeatures(1)
    .map(({ name }) => name)
    .join(' ');
  const isOne = usersPerRequest === 1;
  const query = isOne
    ? `query User($id: ID!) { user(id: $id) { ${fields} } }`
    : `query Users($ids: [ID!]!) { users(ids: $ids) { ${fields} } }`;
  return {
    head: `{"query":${JSON.stringify(query)},"variables":{${isOne ? '"id":' : '"ids":['}`,
    tail: isOne ? '}}' : ']}}',
    keysPerRequest: usersPerRequest,
    keyCount: userCount,
    keyPrefix: KEY_PREFIX,
  };
}
