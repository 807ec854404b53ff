/** Operations that nobody thought of: made from a seed over each feature's graph, answered as one schema would. */
import { expect, test } from 'vitest';
import { generateOperations } from '../oracle/generate-operations.ts';
import { FEATURES } from './feature-list.ts';
import { Asking, composeFeature, expectedAnswer, problemOf } from './run-feature.ts';

const COUNT = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 2_000 : 40;

/** Their data cannot be asked twice, or fails on purpose, where which of several errors is told is left open. */
const WITHOUT = new Set(['mutations', 'mutations-inputs', 'provides-nested']);

const ARGUMENT_VALUES = {
  'Query.user.by': [{ id: '1' }, { name: 'Bob' }],
  'Query.older.by': [{ id: '2' }],
  'Query.users.first': [1],
  'Query.users.state': ['ACTIVE'],
  'Query.byState.state': ['ACTIVE', 'GONE'],
  'Query.byState.first': [2],
  'User.echo.filter': [{ name: 'x' }, { name: 'y', min: 2 }],
  'Product.price.currency': ['USD', 'EUR'],
  'Product.price.vat': [true],
  'Shelf.rent.currency': ['USD', 'EUR'],
  'Shelf.rent.vat': [true],
};

test.each(FEATURES.filter(({ name }) => !WITHOUT.has(name)))(
  '$name',
  { timeout: 600_000 },
  async (feature) => {
    const composed = composeFeature(feature);
    const asking = new Asking(composed);
    const problems: string[] = [];
    let answered = 0;
    for (const { text, variables } of generateOperations(composed.supergraph.apiSchema, {
      seed: 20_261_129,
      count: COUNT,
      values: ARGUMENT_VALUES,
      merges: true,
    })) {
      const one = { text, ...(variables && { variables }) };
      const problem = problemOf(one, await asking.answer(one), await expectedAnswer(composed, one), {});
      if (problem !== null) problems.push(problem);
      answered += 1;
    }
    expect(problems).toEqual([]);
    expect(answered).toBe(COUNT);
  },
);
