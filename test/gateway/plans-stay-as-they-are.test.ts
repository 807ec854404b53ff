/** The planner is young: what it makes of these operations, in our words, changes only where a diff is read. */
import { expect, test } from 'vitest';
import { createHivePlanner } from '../../gateway/planner/hive-planner.ts';
import { FeaturegraphError } from '../../src/core/errors.ts';
import { composeTravelGraph } from '../oracle/travel-graph/build.ts';
import { printPlan } from './print-plan.ts';
import { compose, FEDERATION } from './small-graph.ts';

const planner = createHivePlanner(composeTravelGraph().supergraphSdl);

const GOLDEN: Readonly<Record<string, string>> = {
  'one-fetch': '{ aircraft(tailnum: "A1") { label seats } }',
  'parallel-roots': 'query Q($t: ID!) { aircraft(tailnum: $t) { label } carrier(carrier: "UA") { name } }',
  reference: '{ aircraftList(tailnums: ["A1"]) { lastCarrier { name } } }',
  'nested-references': '{ aircraft(tailnum: "A1") { lastCarrier { name flagship { label } } } }',
  'batch-fetch': '{ aircraft(tailnum: "A1") { lease lastCarrier { name } } }',
  'inputs-with-arguments': '{ aircraft(tailnum: "A1") { perRow(factor: 2) seats } }',
  'inputs-nested-in-lists': '{ aircraft(tailnum: "A1") { legMinutes } }',
  'other-key': '{ airport(code: "JFK") { lounge } }',
  'composite-key': '{ aircraft(tailnum: "A1") { route { distance } } }',
  'nested-key': '{ airport(code: "JFK") { gates { crowding } } }',
  union: '{ aircraft(tailnum: "A1") { places { ... on Airport { city } ... on Hangar { cost } } } }',
  interface: '{ vehicles { label ... on Aircraft { lease } } }',
  conditions:
    'query Q($a: Boolean!, $b: Boolean!) { aircraft(tailnum: "A1") { lease @include(if: $a) lastCarrier @skip(if: $b) { name } } }',
  'mutations-in-order': 'mutation M { note(text: "a") ping(text: "b") again: note(text: "c") }',
};

test.each(Object.entries(GOLDEN))('%s', async (name, operation) => {
  const plan = planner.plan(operation, null);
  await expect(`${operation}\n\n${printPlan(plan)}`).toMatchFileSnapshot(`plans/${name}.txt`);
});

test('an interface object is asked by the name that its subgraph knows', async () => {
  const { supergraphSdl } = compose({
    media: `${FEDERATION} interface Media @key(fields: "id") { id: ID! title: String } type Book implements Media @key(fields: "id") { id: ID! title: String } type Query { media: [Media] }`,
    reviews: `${FEDERATION} type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int } type Query { best: Media }`,
  });
  const objects = createHivePlanner(supergraphSdl);
  const text = ['{ media { title stars } }', '{ best { __typename stars title } }']
    .map((operation) => `${operation}\n\n${printPlan(objects.plan(operation, null))}`)
    .join('\n');
  await expect(text).toMatchFileSnapshot('plans/interface-object.txt');
});

test('what cannot be planned is refused with a code of the catalogue', () => {
  const planned = () => planner.plan('{ __schema { types { name } } }', null);
  expect(planned).toThrow(FeaturegraphError);
  expect(planned).toThrow(expect.objectContaining({ code: 'OPERATION_NOT_SUPPORTED' }));
});
