/**
 * A subgraph of another team that is killed, hangs or answers nonsense, as callers of the whole server see it: its
 * fields are null with errors at their paths, every other byte is what it would have been.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openExample, type RunningExample } from '../app/open-example.ts';
import { closeAll, type Handler, json, serve } from './serve-subgraph.ts';

/** Of a request whose subgraph hangs; of the others, a busy machine must not decide. */
const DEADLINE_MS = 150;
const PATIENT_MS = 10_000;
/** A wait ends at the deadline; ten times that on a busy machine. */
const ENDED_MS = 10 * DEADLINE_MS;
const SECRET = 'postgres://survey:hunter2@10.0.0.7/';
const SDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Aircraft @key(fields: "tailnum") { tailnum: ID! mood: String grade: Int tags: [String!] }
  type Airport @key(fields: "airport", resolvable: false) { airport: ID! }
  type Query { best: Airport score: Int }
`;
const ENTITY = { __typename: 'Aircraft', tailnum: 'N1', mood: 'calm', grade: 5, tags: ['a', 'b'] };
const SCHEMA = buildSubgraphSchema([
  {
    typeDefs: parse(SDL),
    resolvers: {
      Query: { best: () => ({ airport: 'JFK' }), score: () => 3 },
      Aircraft: { mood: () => ENTITY.mood, grade: () => ENTITY.grade, tags: () => ENTITY.tags },
    },
  },
]);

const answerWell = async (body: string) => {
  const { query, variables } = JSON.parse(body);
  return await graphql({ schema: SCHEMA, source: query, variableValues: variables });
};
const wellBehaved: Handler = async (_, response, body) => json(response, await answerWell(body));

const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-g-'));
let behave: Handler = wellBehaved;
let example: RunningExample;

beforeAll(async () => {
  const url = await serve((request, response, body) => behave(request, response, body));
  const sdlFile = path.join(folder, 'survey.graphql');
  writeFileSync(sdlFile, SDL);
  const flags = { subgraphs: { survey: { url, sdlFile } }, deadlineMs: PATIENT_MS };
  example = await openExample(flags, ['aircraft_facts', 'carrier_facts', 'airport_facts']);
}, 60_000);
afterAll(async () => {
  await example?.close();
  await closeAll();
  rmSync(folder, { recursive: true });
});

const LIST = `query ($tails: [ID!]!) {
  aircraftList(tailnums: $tails) { tailnum seats mood model grade tags }
  carrier(carrier: "UA") { name }
  score
}`;
const TAILS = { tails: ['N10156', 'N14228', 'none'] };
const ask = (query = LIST, variables: object = TAILS, deadlineMs = PATIENT_MS) =>
  example.ask({ query, variables, extensions: { featuregraph: { deadlineMs } } });

/** The bytes of data as they would be without what the subgraph gives. */
function withoutSurvey(whole: string): string {
  return whole
    .trimEnd()
    .replaceAll('"mood":"calm"', '"mood":null')
    .replaceAll('"grade":5', '"grade":null')
    .replaceAll('"tags":["a","b"]', '"tags":null')
    .replace('"score":3', '"score":null')
    .slice(1, -1);
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

/** @returns the data's bytes, and the errors. */
function parts(text: string) {
  const { data, errors } = JSON.parse(text);
  const bytes = `"data":${JSON.stringify(data)}`;
  expect(text).toContain(bytes);
  return { bytes, errors: errors as { path: unknown[]; extensions: Record<string, unknown> }[] };
}

let whole: string;
beforeEach(async () => {
  behave = wellBehaved;
  // The one before may have had it left alone for a moment.
  await expect.poll(async () => (await ask()).body.errors, { timeout: 5_000 }).toBeUndefined();
  whole = (await ask()).text;
});

async function expectAlone(code: string, deadlineMs?: number): Promise<void> {
  const { status, text, headers } = await ask(LIST, TAILS, deadlineMs);
  expect(status).toBe(200);
  expect(headers.get('featuregraph-outcome')).toBe('partial');
  const { bytes, errors } = parts(text);
  expect(hash(bytes)).toBe(hash(withoutSurvey(whole)));
  expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set([code]));
  expect(new Set(errors.map(({ extensions }) => extensions.subgraph))).toEqual(new Set(['survey']));
  // Three fields of three aircraft, and the score; errors of one cause are one entry.
  expect(errors.reduce((sum, { extensions }) => sum + Number(extensions.count), 0)).toBe(10);
  const paths = errors.map((error) => error.path.join('.'));
  expect(paths[0]).toMatch(/^(aircraftList\.0\.(mood|grade|tags)|score)$/);
  expect(text).not.toMatch(/hunter2|10\.0\.0\.7|127\.0\.0\.1|stacktrace| at .*\.js:/);
  for (const value of headers.values()) expect(value).not.toContain('hunter2');
}

test('when all is well, the answer holds what both have', async () => {
  const { body } = await ask();
  expect(body.data.aircraftList[0]).toMatchObject({ seats: 55, mood: 'calm', grade: 5, tags: ['a', 'b'] });
  expect(body.data.score).toBe(3);
});

test.each<[string, Handler]>([
  ['before the answer', (request) => request.socket.destroy()],
  ['in the middle of it', (_, response) => breakOff(response)],
])('one whose connections break %s costs its fields', async (_, way) => {
  behave = way;
  await expectAlone('SUBGRAPH_UNAVAILABLE');
});

function breakOff(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 });
  response.write('{"data":{"score":3');
  setTimeout(() => response.destroy(), 5);
}

describe('one that hangs', () => {
  test('is given up at the deadline, and costs its fields', async () => {
    let closedAtMs = Number.NaN;
    const startedAtMs = performance.now();
    behave = (_, response) =>
      response.on('close', () => {
        closedAtMs = performance.now();
      });
    await expectAlone('SUBGRAPH_TIMEOUT', DEADLINE_MS);
    expect(performance.now() - startedAtMs).toBeLessThan(ENDED_MS);
    await expect.poll(() => closedAtMs - startedAtMs).toBeLessThan(ENDED_MS);
  });

  test('so that nothing is read after the deadline that hangs on it', async () => {
    const reads = vi.spyOn(example.workspace.store, 'readMany');
    // Beside the reserved one that tells how recent the sources are, which is looked at now and then.
    const airportsRead = () =>
      reads.mock.calls.flat().filter((read) => JSON.stringify(read).includes('JFK')).length;
    const query = '{ best { airport name } }';
    expect((await ask(query, {})).body.data.best.name).toBe('John F Kennedy Intl');
    expect(airportsRead()).toBe(1);
    behave = (_request, response, body) =>
      setTimeout(() => wellBehaved(_request, response, body), 2 * DEADLINE_MS);
    const { body } = await ask(query, {}, DEADLINE_MS);
    expect(body.data.best).toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 3 * DEADLINE_MS));
    expect(airportsRead()).toBe(1);
  });
});

/** Whatever it is asked for. */
const entities = (entity: unknown): Handler => {
  return (_, response, body) => {
    const { representations } = JSON.parse(body).variables ?? {};
    const data = representations && { _entities: representations.map(() => entity) };
    json(response, { data: data ?? { score: { a: SECRET } } });
  };
};

describe('one that answers nonsense', () => {
  const FIFTY_MB = 50 * 1024 * 1024;
  const ways: [string, Handler][] = [
    ['HTML', (_, response) => json(response, `<h1>${SECRET}</h1>`, 200, 'text/html')],
    ['500', (_, response) => json(response, `Error: ${SECRET}\n at main.js:1`, 500, 'text/plain')],
    ['half a JSON', (_, response) => json(response, `{"data":{"score":3,"x":"${SECRET}`)],
    ['50 MB', (_, response) => json(response, `{"data":{"score":"${'x'.repeat(FIFTY_MB)}"}}`)],
    ['deep nesting', (_, response) => json(response, `{"data":${'['.repeat(100_000)}`)],
    ['values of wrong types', entities({ ...ENTITY, mood: { a: SECRET }, grade: SECRET, tags: SECRET })],
    ['values of a little wrong types', entities({ ...ENTITY, mood: 7, grade: 5.5, tags: [SECRET, null] })],
    ['entities that are none', entities(SECRET)],
  ];
  test.each(ways)('%s: SUBGRAPH_BAD_RESPONSE at its fields', async (_, way) => {
    behave = way;
    await expectAlone('SUBGRAPH_BAD_RESPONSE');
  });

  test('fields that nobody asked for are dropped', async () => {
    behave = async (_, response, body) => {
      const { data } = JSON.parse(JSON.stringify(await answerWell(body)));
      const extra = { __typename: SECRET, seats: 1, secret: SECRET };
      for (const entity of data._entities ?? []) Object.assign(entity, extra);
      const around = { secret: SECRET, extensions: { trace: SECRET } };
      json(response, { ...around, data: { ...data, ...extra } });
    };
    expect((await ask()).text).toBe(whole);
  });
});
