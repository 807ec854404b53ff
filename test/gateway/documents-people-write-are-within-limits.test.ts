/** The limits refuse nobody who means well, and documents of the manifest have none: they are checked when it is read. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assertWithinLimits } from '../../gateway/documents/document-limits.ts';
import { DOCUMENT_LIMITS } from '../../gateway/documents/limits.ts';
import { scanTokens } from '../../gateway/documents/scan-tokens.ts';
import { openExample, type RunningExample } from '../app/open-example.ts';

const EXAMPLES = path.resolve(import.meta.dirname, '../../examples');
const CANDIDATES = Array.from({ length: 300 }, (_, i) => `N${10_000 + i}`);
const FEATURES = 'tailnum seats model engines ageYears legs24h lastCarrier { name onTimeRate7d }';
const RANKING = `query Rank($t: [ID!]!) { aircraftList(tailnums: $t) { ${FEATURES} } }`;
const RANKING_IN_TEXT = `{ aircraftList(tailnums: ${JSON.stringify(CANDIDATES)}) { ${FEATURES} } }`;

const operations = ['delay-client', 'domain-repo', 'flights'].flatMap((example) => {
  const folder = path.join(EXAMPLES, example, 'operations');
  return readdirSync(folder).map((file): [string, string] => [
    `${example}/${file}`,
    readFileSync(path.join(folder, file), 'utf8'),
  ]);
});

describe('within the limits is', () => {
  test.each([
    ...operations,
    ['a ranking of 300 candidates', RANKING],
    ['a ranking of 300 candidates in its text', RANKING_IN_TEXT],
    ['the introspection query of tools', getIntrospectionQuery({ inputValueDeprecation: true })],
  ])('%s', (_name, text) => {
    expect(() => assertWithinLimits(text)).not.toThrow();
  });

  test('exactly as many as a limit tells, and not one more', () => {
    const { tokens, aliases, rootFields, nesting } = DOCUMENT_LIMITS;
    const braces = (of: number) => `${'{ a '.repeat(of)}${'}'.repeat(of)}`;
    const aliased = (of: number) => `{ ${Array.from({ length: of }, (_, i) => `a${i}: b`).join(' ')} }`;
    const roots = (of: number) => `{ ${Array.from({ length: of }, (_, i) => `f${i}`).join(' ')} }`;
    for (const [most, check] of [
      [tokens.most, (of: number) => scanTokens(`{${' a'.repeat(of - 2)} }`)],
      [nesting.most, (of: number) => scanTokens(braces(of))],
      [aliases.most, (of: number) => assertWithinLimits(aliased(of))],
      [rootFields.most, (of: number) => assertWithinLimits(roots(of))],
    ] as const) {
      expect(() => check(most)).not.toThrow();
      expect(() => check(most + 1)).toThrow(String(most));
    }
  });
});

describe('a running server', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-limits-'));
  const aliased = `query Wide { ${Array.from({ length: 45 }, (_, i) => `a${i}: aircraft(tailnum: "N10156") { seats }`).join(' ')} }`;
  let example: RunningExample;
  beforeAll(async () => {
    const manifest = path.join(folder, 'manifest.json');
    writeFileSync(
      manifest,
      JSON.stringify({ wide: aliased, wrong: '{ aircraft(tailnum: "N1") { wings } }' }),
    );
    example = await openExample({ documents: { manifest }, deadlineMs: 20_000 }, ['aircraft_facts']);
  }, 120_000);
  afterAll(async () => {
    await example?.close();
    rmSync(folder, { recursive: true });
  });

  test('answers a ranking of 300 candidates, in variables and in the text', async () => {
    for (const body of [{ query: RANKING, variables: { t: CANDIDATES } }, { query: RANKING_IN_TEXT }]) {
      const answer = await example.ask(body);
      expect([answer.status, answer.body.data.aircraftList.length]).toEqual([200, 300]);
    }
  });

  test('serves a document of the manifest that passes a limit, by id and by its text, and no other such', async () => {
    for (const body of [{ documentId: 'wide' }, { query: aliased }])
      expect((await example.ask(body)).body.data.a44).toEqual({ seats: 55 });
    const other = await example.ask({ query: aliased.replace('Wide', 'Other') });
    expect([other.status, other.body.errors[0].extensions.code]).toEqual([400, 'ALIAS_LIMIT']);
  });

  test('prepared what it can serve when it started, and refuses the rest with the reason', async () => {
    expect(example.app.engine.preparedCount).toBeGreaterThanOrEqual(1);
    const wrong = await example.ask({ documentId: 'wrong' });
    expect([wrong.status, wrong.body.errors[0].extensions.code]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
  });
});
