/** Which subgraph is asked for a field on the move is drawn per request, by shares that the schema or a setting says. */
import { getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createHivePlanner } from '../../../gateway/planner/hive-planner.ts';
import { coerceVariables } from '../../../src/engine/coerce-variables.ts';
import { prepareInterpreted } from '../../../src/engine/interpreted/prepare-interpreted.ts';
import { createLocalClient } from '../../oracle/local-client.ts';
import { requestContext } from '../../oracle/request-context.ts';
import { answered, composeFeature, expectedAnswer } from '../run-feature.ts';
import { serveFeature } from '../serve-feature.ts';
import { overrideShares } from './graph.ts';

const composed = composeFeature(overrideShares);
const ALL = '{ items { price stock weight } }';

/** @returns asks once per draw; the subgraphs beside the first that were asked. */
function asking(labelShares: Record<string, number>, text = ALL) {
  const { apiSchema, supergraphSdl, isFeature } = composed.supergraph;
  const document = parse(text);
  let draw = 0;
  let plans = 0;
  const planner = createHivePlanner(supergraphSdl, labelShares);
  const prepared = prepareInterpreted({
    ...{ document, operationName: null, apiSchema, isFeature },
    planner: {
      ...planner,
      plan: (...asked) => {
        plans += 1;
        return planner.plan(...asked);
      },
    },
    random: () => draw,
  });
  const variables = coerceVariables(apiSchema, getOperationAST(document) as OperationDefinitionNode, {});
  return {
    plans: () => plans,
    at: async (drawn: number): Promise<string[]> => {
      draw = drawn;
      const asked = new Set<string>();
      const clients = new Map(
        [...composed.schemas].map(([name, schema]) => [
          name,
          createLocalClient(name, schema, { onRequest: () => asked.add(name) }),
        ]),
      );
      const result = await prepared.execute(variables, requestContext(), clients);
      expect(answered(result)).toEqual(await expectedAnswer(composed, { text }));
      return [...asked].filter((name) => name !== 'old').sort();
    },
  };
}

describe('a draw takes every share above it', () => {
  test.each([
    [0, ['beta', 'more', 'quarter']],
    [0.2499, ['beta', 'more', 'quarter']],
    [0.25, ['beta', 'more']],
    [0.3999, ['beta', 'more']],
    [0.4, ['more']],
    [0.6049, ['more']],
    [0.605, []],
    [0.9999, []],
  ])('%d: %j', async (draw, subgraphs) => {
    expect(await asking({ beta: 40 }).at(draw)).toEqual(subgraphs);
  });
});

test('a label without a setting is taken by nobody, one of 100 by everybody', async () => {
  expect(await asking({}).at(0)).toEqual(['more', 'quarter']);
  expect(await asking({ beta: 100 }).at(0.9999)).toEqual(['beta']);
});

test('a plan is made once for all draws between two shares', async () => {
  const ask = asking({ beta: 40 });
  for (let i = 0; i < 100; i += 1) await ask.at(i / 100);
  expect(ask.plans()).toBe(4);
});

test('over HTTP, a share of the requests goes to the new subgraph and every answer is the same', async () => {
  const served = await serveFeature(overrideShares, { overrideShares: { beta: 100 } });
  const one = { text: ALL };
  const taken = { quarter: 0, more: 0, beta: 0 };
  const REQUESTS = 200;
  try {
    const expected = await expectedAnswer(served.composed, one);
    for (let i = 0; i < REQUESTS; i += 1) {
      const { answer, asked } = await served.ask(one);
      expect(answer).toEqual(expected);
      for (const name of ['quarter', 'more', 'beta'] as const) taken[name] += asked[name] ?? 0;
    }
  } finally {
    await served.close();
  }
  expect(taken.beta).toBe(REQUESTS);
  // Five standard deviations: by chance alone it fails once in a million runs.
  expect(Math.abs(taken.quarter - 0.25 * REQUESTS)).toBeLessThan(5 * Math.sqrt(REQUESTS * 0.25 * 0.75));
  expect(Math.abs(taken.more - 0.605 * REQUESTS)).toBeLessThan(5 * Math.sqrt(REQUESTS * 0.605 * 0.395));
});
