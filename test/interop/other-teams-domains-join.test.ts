/** Domains in other languages and frameworks join the flights graph, extend its entities, and are asked with ours. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openExample, type RunningExample } from '../app/open-example.ts';
import { withService } from '../services/services.ts';
import { type ForeignDomain, startFuel, startUpkeep } from './start-domains.ts';

const VIEWS = ['aircraft_facts', 'aircraft_legs_24h', 'airport_facts', 'carrier_facts'];
const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-interop-'));

function elsewhere(name: string, { url, sdl }: ForeignDomain) {
  const sdlFile = path.join(folder, `${name}.graphql`);
  writeFileSync(sdlFile, sdl);
  return { [name]: { url, sdlFile } };
}

async function startBoth(): Promise<{ fuel: ForeignDomain; upkeep: ForeignDomain }> {
  const [fuel, upkeep] = await Promise.all([startFuel(), startUpkeep()]);
  return { fuel, upkeep };
}

await withService(startBoth, ({ fuel, upkeep }) => {
  let example: RunningExample;
  beforeAll(async () => {
    const subgraphs = { ...elsewhere('fuel', fuel), ...elsewhere('upkeep', upkeep) };
    example = await openExample({ subgraphs, deadlineMs: 10_000 }, VIEWS);
  }, 60_000);
  afterAll(async () => {
    await example?.close();
    await Promise.all([fuel.process.stop(), upkeep.process.stop()]);
    rmSync(folder, { recursive: true });
  });

  const dataOf = async (query: string, variables: object = {}) => {
    const { status, body } = await example.ask({ query, variables });
    expect([status, body.errors]).toEqual([200, undefined]);
    return body.data;
  };

  describe('one question to all of them', () => {
    test('fields of ours, of Python and of Apollo stand in one entity', async () => {
      const data = await dataOf(
        `query ($tails: [ID!]!) { aircraftList(tailnums: $tails) { tailnum seats tanks defects { code } } }`,
        { tails: ['N10156', 'N14228'] },
      );
      expect(data.aircraftList).toEqual([
        { tailnum: 'N10156', seats: 55, tanks: 2, defects: [{ code: 'D1' }] },
        { tailnum: 'N14228', seats: 149, tanks: 2, defects: [{ code: 'D1' }] },
      ]);
    });

    test('theirs is computed from features of ours', async () => {
      const { aircraft } = await dataOf(
        '{ aircraft(tailnum: "N10156") { seats fuelLitresPerHour legs24h checkDue } }',
      );
      expect(aircraft.fuelLitresPerHour).toBe(aircraft.seats * 20);
      expect(aircraft.checkDue).toBe(aircraft.legs24h === null ? null : aircraft.legs24h >= 2);
    });

    test('an entity of theirs leads to features of ours, and back to the other team', async () => {
      const data = await dataOf(`{
        cheapestAirport { airport name fuelPrice hangars }
        grounded(first: 1) { tailnum model base { airport name hangars fuelPrice } }
      }`);
      const { cheapestAirport, grounded } = data;
      const newark = { airport: 'EWR', name: 'Newark Liberty Intl', fuelPrice: 1.1, hangars: 2 };
      expect(cheapestAirport).toEqual(newark);
      expect(grounded[0]).toMatchObject({ tailnum: 'N14228', model: expect.any(String) });
      expect(grounded[0].base).toMatchObject({ airport: 'JFK', hangars: 4, fuelPrice: 1.25 });
      expect(grounded[0].base.name).toContain('John F Kennedy');
    });

    test('unions, arguments, aliases and conditions of theirs', async () => {
      const query = `query ($wide: Boolean!) { aircraft(tailnum: "N14228") {
        open: defects { found { ... on Crack { lengthMm } ... on Leak { fluid } } }
        closed: defects(open: false) { code } base @include(if: $wide) { hangars }
      } }`;
      expect((await dataOf(query, { wide: false })).aircraft).toEqual({
        open: [{ found: { lengthMm: 3 } }],
        closed: [],
      });
      expect((await dataOf(query, { wide: true })).aircraft.base).toEqual({ hangars: 4 });
    });

    test('a mutation of theirs, and what it returns from ours', async () => {
      const data = await dataOf('mutation { ground(tailnum: "N102UW") { tailnum seats } }');
      expect(data.ground).toEqual({ tailnum: 'N102UW', seats: 182 });
    });
  });

  describe('when something is wrong with theirs', () => {
    test('an error inside Python stays inside, and its neighbours are served', async () => {
      const { status, body, text } = await example.ask({
        query:
          '{ lga: airport(airport: "LGA") { airport name fuelPrice } jfk: airport(airport: "JFK") { fuelPrice } }',
      });
      expect(status).toBe(200);
      expect(body.data.lga).toEqual({ airport: 'LGA', name: 'La Guardia', fuelPrice: null });
      expect(body.data.jfk).toEqual({ fuelPrice: 1.25 });
      expect(body.errors).toHaveLength(1);
      expect(body.errors[0]).toMatchObject({
        path: ['lga', 'fuelPrice'],
        extensions: { code: 'SUBGRAPH_ERROR', subgraph: 'fuel' },
      });
      expect(text).not.toMatch(/hunter2|postgres/);
    });

    test('a domain that is killed costs its own fields, and is asked again when it is back', async () => {
      const query = '{ aircraft(tailnum: "N14228") { tailnum seats hoses: tanks defects { code } } }';
      const { text: whole } = await example.ask({ query });
      await fuel.process.kill();
      const { status, body, text } = await example.ask({ query });
      expect(status).toBe(200);
      // `tanks` cannot be null, so the entity is.
      expect(body.data.aircraft).toBeNull();
      expect(body.errors[0]).toMatchObject({
        path: ['aircraft', 'hoses'],
        extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'fuel' },
      });
      expect(text).not.toContain('127.0.0.1');
      await fuel.process.restart();
      await expect.poll(async () => (await example.ask({ query })).text, { timeout: 10_000 }).toBe(whole);
    });
  });
});
