/**
 * What is stored and asked in `bench serve`: entities of several shapes with fifty features each, their values, and
 * the domains that declare them as teams would.
 */
import { seededRandom } from '../form/seeded-random.ts';

export const FEATURES = 50;
/** Of the entities that buyers refer to. */
export const SHOPS = 500;

export interface Feature {
  readonly name: string;
  readonly type: 'Int' | 'Float' | 'ID';
}

export interface StoredView {
  readonly name: string;
  readonly domain: string;
  readonly type: 'User' | 'Member' | 'Buyer' | 'Shop';
  readonly features: readonly Feature[];
}

/** `count01`, `mean02` and so on: whole numbers and others in turns. */
function figures(count: number, word = ''): Feature[] {
  return Array.from({ length: count }, (_, index) => {
    const isCount = index % 2 === 0;
    return {
      name: `${word}${capital(isCount ? 'count' : 'mean', word)}${`${index + 1}`.padStart(2, '0')}`,
      type: isCount ? 'Int' : 'Float',
    };
  });
}

function capital(text: string, after: string): string {
  return after === '' ? text : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

const FIFTY = figures(FEATURES);
export const MEMBER_VIEWS = 5;
const PER_MEMBER_VIEW = FEATURES / MEMBER_VIEWS;

export const VIEWS = {
  user: { name: 'user_activity', domain: 'users', type: 'User', features: FIFTY },
  members: Array.from({ length: MEMBER_VIEWS }, (_, index) => ({
    name: `member_activity_${index}`,
    domain: 'users',
    type: 'Member',
    features: FIFTY.slice(index * PER_MEMBER_VIEW, (index + 1) * PER_MEMBER_VIEW),
  })),
  buyer: {
    ...{ name: 'buyer_facts', domain: 'buyers', type: 'Buyer' },
    features: [...figures(20), { name: 'shopId', type: 'ID' }],
  },
  habits: { name: 'buyer_habits', domain: 'habits', type: 'Buyer', features: figures(20, 'habit') },
  shop: { name: 'shop_facts', domain: 'shops', type: 'Shop', features: figures(10) },
} as const satisfies Record<string, StoredView | readonly StoredView[]>;

export const ALL_VIEWS: readonly StoredView[] = Object.values(VIEWS).flat() as StoredView[];

export const KEY_PREFIX = { User: 'user-', Member: 'member-', Buyer: 'buyer-', Shop: 'shop-' } as const;

export function countOf(type: StoredView['type'], userCount: number): number {
  return type === 'Shop' ? SHOPS : userCount;
}

const COUNT_MAX = 100_000;
const MEAN_MAX = 1000;
const MEAN_STEPS = 1000;

/** In the order of the features; the same for the same entity on every run. */
export function valuesOf(view: StoredView, entity: number): (number | string)[] {
  const random = seededRandom(entity * ALL_VIEWS.length + ALL_VIEWS.indexOf(view) + 1);
  return view.features.map(({ type }) => {
    const drawn = random();
    if (type === 'Int') return Math.floor(drawn * COUNT_MAX);
    if (type === 'Float') return Math.floor(drawn * MEAN_MAX * MEAN_STEPS) / MEAN_STEPS;
    return `${KEY_PREFIX.Shop}${Math.floor(drawn * SHOPS)}`;
  });
}

/** SDL by domain. */
export function domainsSdl(): ReadonlyMap<string, string> {
  const domains = [...new Set(ALL_VIEWS.map(({ domain }) => domain))];
  return new Map(domains.map((domain) => [domain, domainSdl(domain)]));
}

function domainSdl(domain: string): string {
  const own = ALL_VIEWS.filter((view) => view.domain === domain);
  const types = [...new Set(own.map(({ type }) => type))].map((type) =>
    typeSdl(
      type,
      own.filter((view) => view.type === type),
    ),
  );
  if (domain === 'buyers') types.push('type Shop @key(fields: "id", resolvable: false) { id: ID! }');
  return `${types.join('\n\n')}\n\n${LOOKUPS[domain] ?? ''}`;
}

function typeSdl(type: string, views: readonly StoredView[]): string {
  const fields = views.flatMap(({ name, features }) =>
    features.map(
      (feature) => `  "One of many figures."\n  ${feature.name}: ${feature.type} @feature(view: "${name}")`,
    ),
  );
  const reference =
    views[0] === VIEWS.buyer ? '  "Where it buys."\n  shop: Shop @reference(key: ["shopId"])\n' : '';
  return `"Somebody or something that the shop knows."
type ${type}
  @key(fields: "id")
${views.map(({ name }) => `  @view(name: "${name}", ttl: "30d")`).join('\n')} {
  id: ID!
${fields.join('\n')}
${reference}}`;
}

const list = (field: string, type: string): string =>
  `  "Many, in the order asked for."\n  ${field}(ids: [ID!]!): [${type}!] @lookup(maxKeys: 1000)\n`;
const LOOKUPS: Readonly<Record<string, string>> = {
  users: `type Query {\n  "One."\n  user(id: ID!): User @lookup\n${list('users', 'User')}${list('members', 'Member')}}\n`,
  buyers: `type Query {\n${list('buyers', 'Buyer')}}\n`,
};
