/** Work by graphql-js is done in slices: others have their turn between them, and the answer is what it would be at once. */
import { execute, parse } from 'graphql';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { pacedItems } from '../../src/subgraph/paced-items.ts';
import { openFlights, prepareText } from '../tenancy/cost/flights.ts';
import { buildSchema } from './list-schema.ts';

const QUERY = parse('{ a: items { n twice maybe must } b: items { n } }');
const SCOPES = ['fleet', 'weather'];
const ENTITIES = `query ($t: [ID!]!) { aircraftList(tailnums: $t) {
  tailnum seats ageYears lastCarrier { name onTimeRate7d } lastDestAirport { name lastAircraft { seats } }
} }`;
const ITEM_MS = 1;
const ITEMS = 500;

/** A clock that goes on by every item that is completed. */
function workedClock(): { readonly clock: typeof systemClock; readonly work: () => void } {
  let nowMs = 0;
  return {
    clock: { nowMs: () => 0, monotonicMs: () => nowMs },
    work: () => {
      nowMs += ITEM_MS;
    },
  };
}

test('while a long list is completed, the loop goes round', async () => {
  const { clock, work } = workedClock();
  let longest = 0;
  let before = 0;
  let isEnded = false;
  const look = (): void => {
    longest = Math.max(longest, clock.monotonicMs() - before);
    before = clock.monotonicMs();
    if (!isEnded) setImmediate(look);
  };
  const schema = buildSchema(() => pacedItems(listOf(ITEMS), clock), work);
  const answer = execute({ schema, document: QUERY });
  look();
  const { data } = await answer;
  isEnded = true;
  expect(data?.a).toHaveLength(ITEMS);
  // Two lists share one slice of 2 ms, and each ends the few items that it has begun.
  expect(longest).toBeLessThanOrEqual(150);
  expect(before).toBeGreaterThan(ITEMS);
});

test.each([0, 1, 100, 101, 500])(
  'a list of %d is answered as at once, with its nulls and errors',
  async (length) => {
    const answerOf = (schema: ReturnType<typeof buildSchema>) => execute({ schema, document: QUERY });
    const atOnce = await answerOf(buildSchema(() => listOf(length)));
    const paced = await answerOf(buildSchema(() => pacedItems(listOf(length), systemClock)));
    const sorted = ({ data, errors = [] }: Awaited<typeof atOnce>) => ({
      data,
      errors: errors.map((error) => JSON.stringify(error)).toSorted(),
    });
    expect(sorted(paced)).toEqual(sorted(atOnce));
  },
);

test('a long list of entities is what the compiled way answers, in one process and apart', async () => {
  const flights = await openFlights();
  const known = ['N14228', 'N102UW', 'N10156', 'N668DN', 'N39463'];
  const t = Array.from({ length: 300 }, (_, i) => (i % 7 === 0 ? '' : i % 3 === 0 ? `N${i}` : known[i % 5]));
  for (const graph of [flights.together, flights.apart]) {
    const prepared = prepareText(graph, ENTITIES);
    const interpreted = await prepared.execute({ t }, flights.contextOf(SCOPES));
    const compiled = await prepared.executeToBytes({ t }, flights.contextOf(SCOPES));
    const answer = 'bytes' in compiled ? JSON.parse(compiled.bytes.toString()) : compiled;
    expect(JSON.parse(JSON.stringify(interpreted))).toEqual(JSON.parse(JSON.stringify(answer)));
    expect(JSON.stringify(interpreted.data)).toContain('"seats":149');
  }
  await flights.close();
}, 60_000);

const listOf = (length: number): readonly number[] => Array.from({ length }, (_, i) => i);
