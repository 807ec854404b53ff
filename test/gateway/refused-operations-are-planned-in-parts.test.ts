/** What the planner refuses as a whole is planned in parts, whose plans are joined; what has no plan at all is refused. */
import * as native from '@graphql-hive/router-query-planner';
import { expect, test } from 'vitest';
import { createHivePlanner } from '../../gateway/planner/hive-planner.ts';
import type { FetchNode, PlanNode } from '../../src/engine/query-plan.ts';
import { compose, FEDERATION } from './small-graph.ts';

const { supergraphSdl } = compose({
  media: `${FEDERATION}
    interface Media @key(fields: "id") { id: ID! title: String! }
    type Book implements Media @key(fields: "id") { id: ID! title: String! pages: Int }
    type Film implements Media @key(fields: "id") { id: ID! title: String! }
    type Query { media: [Media!] }`,
  ratings: `${FEDERATION}
    type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int }
    type Query { best: [Media!] }
    type Mutation { rate(id: ID!): Media swap: [Media!] }`,
  verdicts: `${FEDERATION}
    type Media @key(fields: "id") @interfaceObject {
      id: ID!
      title: String! @external
      stars: Int @external
      verdict: String @requires(fields: "title stars")
      praise: String @requires(fields: "title stars")
      shout: String @requires(fields: "title")
      whisper: String @requires(fields: "title")
    }`,
});
const planner = createHivePlanner(supergraphSdl);

/** Goes when the planner no longer refuses it: then so can the parts. */
const FIELDS = '{ ... on Book { verdict praise } ... on Film { shout verdict } }';
const REFUSED = `{ best ${FIELDS} }`;

function fetchesOf(node: PlanNode | null): FetchNode[] {
  if (node === null) return [];
  if (node.kind === 'fetch') return [node];
  return node.kind === 'condition' ? [] : node.nodes.flatMap(fetchesOf);
}

const rootTexts = (node: PlanNode | null): string[] =>
  fetchesOf(node)
    .filter(({ entities }) => entities.length === 0)
    .map(({ document }) => document.text);

test('the planner refuses the whole', () => {
  expect(() => new native.QueryPlanner(supergraphSdl).plan(REFUSED, null, new Set(), 0)).toThrow(/FetchStep/);
});

test('every field has a fetch, and the list that they are of is asked for once', () => {
  const plan = planner.plan(REFUSED, null);
  expect(rootTexts(plan)).toEqual(['{best{__typename id}}']);
  const asked = fetchesOf(plan)
    .map(({ document }) => document.text)
    .join();
  for (const field of ['verdict', 'praise', 'shout']) expect(asked).toContain(field);
});

test('parts that ask for a root’s own fields ask in one request', () => {
  const text = `query Q { best { stars s: stars ... on Media ${FIELDS} } media { id ... on Book { pages } } }`;
  expect(rootTexts(planner.plan(text, 'Q')).sort()).toEqual([
    expect.stringMatching(/^\{best\{.*stars.*\}\}$/),
    expect.stringMatching(/^\{media\{.*pages.*\}\}$/),
  ]);
});

test('a mutation is done once, and in its order', () => {
  const text = `mutation M($a: ID!, $b: ID!) { one: rate(id: $a) ${FIELDS} two: rate(id: $b) { shout } }`;
  const roots = fetchesOf(planner.plan(text, 'M')).filter(({ entities }) => entities.length === 0);
  expect(roots.map(({ document }) => document.text)).toEqual([
    expect.stringMatching(/^mutation.*\(\$a:ID!\)\{one: ?rate\(id: ?\$a\)\{[^}]*\}\}$/),
    expect.stringMatching(/^mutation.*\(\$b:ID!\)\{two: ?rate\(id: ?\$b\)\{[^}]*\}\}$/),
  ]);
  expect(roots.map(({ variables }) => variables)).toEqual([['a'], ['b']]);
});

test('what has no plan alone has none beside others', () => {
  const nodes = createHivePlanner(
    compose({
      people: `${FEDERATION} interface Node { id: ID! } type Query { node: Node @shareable }
        type Person implements Node @key(fields: "id") { id: ID! name: String }
        type Chat implements Node @key(fields: "id") { id: ID! @external length: Int }`,
      chats: `${FEDERATION} interface Node { id: ID! } type Query { node: Node @shareable }
        type Person implements Node @key(fields: "id") { id: ID! @external chats: [Chat] }
        type Chat implements Node @key(fields: "id") { id: ID! text: String }`,
    }).supergraphSdl,
  );
  expect(nodes.plan('{ node { __typename ... on Person { id name } } }', null)).not.toBeNull();
  expect(() => nodes.plan('{ node { __typename id ... on Person { name } } }', null)).toThrow(
    expect.objectContaining({ code: 'OPERATION_NOT_SUPPORTED' }),
  );
});
