/** What is stored and asked in `bench feast`: Feast's own published shape, 25 views of ten whole numbers each. */
import { seededRandom } from '../form/seeded-random.ts';

export const VIEWS = 25;
export const FEATURES_PER_VIEW = 10;
/** Of the first views: what is asked for. */
export const ASKED_VIEWS = 5;
export const KEY_PREFIX = 'user-';

const VALUE_MAX = 2 ** 31;

export const featureName = (index: number): string => `feature${index}`;
export const viewName = (index: number): string => `figures_${index}`;
export const ASKED_FEATURES = Array.from({ length: ASKED_VIEWS * FEATURES_PER_VIEW }, (_, index) =>
  featureName(index),
);

/** Of all features, in their order; the same for the same user on every run. */
export function valuesOf(user: number): number[] {
  const random = seededRandom(user + 1);
  return Array.from({ length: VIEWS * FEATURES_PER_VIEW }, () => Math.floor(random() * VALUE_MAX));
}

export function figuresSdl(): string {
  const views = Array.from({ length: VIEWS }, (_, view) => `  @view(name: "${viewName(view)}", ttl: "365d")`);
  const fields = Array.from(
    { length: VIEWS * FEATURES_PER_VIEW },
    (_, index) =>
      `  "One of many figures."\n  ${featureName(index)}: Int @feature(view: "${viewName(Math.floor(index / FEATURES_PER_VIEW))}")`,
  );
  return `"Somebody."
type User @key(fields: "id")
${views.join('\n')} {
  id: ID!
${fields.join('\n')}
}

type Query {
  "Many, in the order asked for."
  users(ids: [ID!]!): [User!] @lookup(maxKeys: 1000)
}
`;
}
