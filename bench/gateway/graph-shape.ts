/** The graph that is asked: three subgraphs with the features of one entity, their values, and the query for all. */
import type { RequestShape } from '../form/load.ts';
import { seededRandom } from '../form/seeded-random.ts';

export const SUBGRAPHS = ['accounts', 'activity', 'risk'] as const;
export type SubgraphName = (typeof SUBGRAPHS)[number];

export const KEY_PREFIX = 'user-';
export const USER_COUNT = 10_000;

export interface Feature {
  readonly name: string;
  readonly type: 'Int' | 'Float' | 'Boolean' | 'String';
}

/** So many features of each; together 50. */
const FEATURE_COUNTS: Readonly<Record<SubgraphName, number>> = { accounts: 17, activity: 17, risk: 16 };

/** Computed by `risk` from a feature of `accounts`: what makes one fetch wait for another's values. */
export const COMPUTED: Feature = { name: 'score', type: 'Float' };
export const REQUIRED = 'accounts01';

const TYPES: readonly Feature['type'][] = [
  'Int',
  'Float',
  'Int',
  'Float',
  'Boolean',
  'Int',
  'Float',
  'String',
];

export const FEATURES: Readonly<Record<SubgraphName, readonly Feature[]>> = {
  accounts: featuresOf('accounts'),
  activity: featuresOf('activity'),
  risk: featuresOf('risk'),
};

function featuresOf(subgraph: SubgraphName): Feature[] {
  return Array.from({ length: FEATURE_COUNTS[subgraph] }, (_, index) => ({
    name: `${subgraph}${`${index + 1}`.padStart(2, '0')}`,
    type: TYPES[index % TYPES.length] as Feature['type'],
  }));
}

type Values = Readonly<Record<string, string | number | boolean>>;

/** By field name; the same for the same user on every run. */
export function valuesOf(user: number): Values {
  const random = seededRandom(user + 1);
  const values: Record<string, string | number | boolean> = {
    id: `${KEY_PREFIX}${user}`,
    __typename: 'User',
  };
  for (const { name, type } of SUBGRAPHS.flatMap((subgraph) => FEATURES[subgraph]))
    values[name] = drawValue(type, random);
  values[COMPUTED.name] = scoreOf(values[REQUIRED] as number);
  return values;
}

const INT_MAX = 100_000;
const THOUSANDTHS = 1000;
const WORDS = ['Zürich', 'Tokyo', 'São Paulo', 'Lagos', 'Austin'];

function drawValue(type: Feature['type'], random: () => number): string | number | boolean {
  switch (type) {
    case 'Int':
      return Math.floor(random() * INT_MAX);
    case 'Float':
      return Math.floor(random() * INT_MAX) / THOUSANDTHS;
    case 'Boolean':
      return random() < 0.5;
    case 'String':
      return WORDS[Math.floor(random() * WORDS.length)] as string;
  }
}

export function scoreOf(required: number): number {
  return required / 4;
}

const FEDERATION = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])
`;

/** The subgraphs as their teams would write them. */
export function sdlOf(subgraph: SubgraphName): string {
  const fields = FEATURES[subgraph].map(({ name, type }) => `  ${name}: ${type}`);
  if (subgraph === 'risk')
    fields.push(`  ${REQUIRED}: Int @external`, `  ${COMPUTED.name}: Float @requires(fields: "${REQUIRED}")`);
  const query = subgraph === 'accounts' ? 'type Query { users(ids: [ID!]!): [User!]! }' : '';
  return `${FEDERATION}
type User @key(fields: "id") {
  id: ID!
${fields.join('\n')}
}
${query}
`;
}

/** Names in the order of the query. */
export function selectedFrom(subgraph: SubgraphName): string[] {
  const names = FEATURES[subgraph].map(({ name }) => name);
  return subgraph === 'risk' ? [...names, COMPUTED.name] : names;
}

/** The request of a client, with the document as text and keys as variables. */
export function requestShape(usersPerRequest: number): RequestShape {
  const query = `query Users($ids: [ID!]!) { users(ids: $ids) { id ${SUBGRAPHS.flatMap(selectedFrom).join(' ')} } }`;
  return {
    head: `{"query":${JSON.stringify(query)},"variables":{"ids":[`,
    tail: ']}}',
    keysPerRequest: usersPerRequest,
    keyCount: USER_COUNT,
    keyPrefix: KEY_PREFIX,
  };
}
