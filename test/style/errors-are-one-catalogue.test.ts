import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ERROR_CATALOGUE } from '../../src/core/errors.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const sources = globSync(['src/**/*.ts', 'gateway/**/*.ts'], { cwd: ROOT }).filter(
  (file) => file !== path.join('src', 'core', 'errors.ts'),
);
const code = sources.map(read).join('\n');
const catalogue = Object.keys(ERROR_CATALOGUE);

/** Raised for us by Apollo Server; the catalogue tells what they mean here. */
const RAISED_BY_APOLLO = ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED'];

/** Promised, and raised by nothing yet. May only shrink. */
const NOT_RAISED_YET = ['SHUTTING_DOWN'];

test('every code that is sent to a client is in the catalogue', () => {
  const sent = [...code.matchAll(/\bextensions:\s*\{[^{}]*\bcode:\s*'([A-Z_]+)'/g)].map((match) => match[1]);
  expect(sent).not.toHaveLength(0);
  expect(sent.filter((one) => !catalogue.includes(one as string))).toEqual([]);
});

test('every code of the catalogue is raised somewhere', () => {
  const raised = new Set([...code.matchAll(/'([A-Z_]+)'/g)].map((match) => match[1]));
  const apollo = read('node_modules/@apollo/server/dist/esm/errors/index.js');
  for (const one of RAISED_BY_APOLLO) expect(apollo).toContain(`"${one}"`);
  expect(catalogue.filter((one) => !raised.has(one) && !RAISED_BY_APOLLO.includes(one))).toEqual(
    NOT_RAISED_YET,
  );
});

test('the docs have a row for every code, and no other', () => {
  const rows = [...read('docs/reference/errors.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(
    (match) => match[1],
  );
  expect(rows).toEqual(catalogue);
});

test('every meaning is a sentence that ends', () => {
  expect(
    Object.entries(ERROR_CATALOGUE).filter(([, { meaning }]) => !/^[A-Z`].*[.!]$/.test(meaning)),
  ).toEqual([]);
});
