import { expect, test } from 'vitest';
import { checkSchema } from '../../gateway/checks/check-schema.ts';

/** Subgraphs written elsewhere: no rule of ours applies to them, but hints do. */
const HEADER =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])';

function file(name: string, sdl: string) {
  return { name, file: `${name}.graphql`, url: `http://${name}.invalid/`, sdl: `${HEADER}\n${sdl}` };
}

const OTHER = file(
  'other',
  '"A product." type Product @key(fields: "sku") { sku: ID! "Its colour." colour: String }',
);
const MINE = (keys: string) =>
  file(
    'mine',
    `"A product." type Product ${keys} { sku: ID! "The number on its box." ean: ID! } type Query { "The newest." newest: Product }`,
  );

async function hintsOf(sdl: ReturnType<typeof file>) {
  const empty = { domains: [] };
  const domain = {
    ...{ name: 'people', file: 'people.graphql', code: {} },
    sdl: '"Somebody." type Person @key(fields: "person") @view(name: "person_facts") @tag(name: "owner/people") { person: ID! "Year." year: Int @feature(view: "person_facts") } type Query { "One." person(person: ID!): Person @lookup }',
  };
  const { ok, findings } = await checkSchema({
    candidate: { ...empty, foreign: [sdl] },
    published: { domains: [domain], foreign: [OTHER] },
    operations: null,
  });
  expect(ok).toBe(true);
  return findings.filter(({ level }) => level === 'HINT');
}

test('a further key that nobody else knows is told', async () => {
  expect(await hintsOf(MINE('@key(fields: "sku") @key(fields: "ean")'))).toMatchObject([
    { rule: 'unused-keys', file: 'mine.graphql', line: 2, coordinate: 'Product' },
  ]);
});

test('a key that others know, and one key alone, are no reason for a hint', async () => {
  expect(await hintsOf(MINE('@key(fields: "sku")'))).toEqual([]);
  expect(await hintsOf(MINE('@key(fields: "ean") @key(fields: "sku")'))).toEqual([]);
});

test('what is published by others is not told to me', async () => {
  const undescribed = file(
    'mine',
    'type Product @key(fields: "sku") { sku: ID! weight: Int } type Query { p: Product }',
  );
  expect((await hintsOf(undescribed)).map(({ rule, coordinate }) => `${rule} ${coordinate}`)).toEqual([
    'missing-descriptions Product',
    'missing-descriptions Product.weight',
    'missing-descriptions Query.p',
  ]);
});
