/** What holds both ways of execution against each other tells mistakes; `npm run test:mutants` tries all of them. */
import { expect, test } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { tryMutants } from './try-mutants.ts';

const NAMES = [
  'defaults are forgotten',
  'a row is too old a millisecond early',
  'what an enum hides is written',
];

test('mistakes in the writer and in the reader', { timeout: 300_000 }, async () => {
  const mutants = MUTANTS.filter(({ name }) => NAMES.includes(name));
  const tried = await tryMutants(mutants, { isProven: true });
  expect(tried.map(({ mutant, outcome }) => `${mutant.name}: ${outcome}`).toSorted()).toEqual(
    NAMES.map((name) => `${name}: CAUGHT`).toSorted(),
  );
});
