/**
 * Whatever federation allows is answered as one schema over the same data would answer it: in each folder here, by
 * the gateway over real servers, and as Hive's runtime answers it, save for listed differences. And each folder's
 * cases fail where its feature is switched off.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHiveOracle } from '../oracle/hive-oracle.ts';
import { FEATURES } from './feature-list.ts';
import { HIVE } from './hive-differences.ts';
import { answered, composeFeature, expectedAnswer, failingCases, problemOf } from './run-feature.ts';
import { type ServedFeature, serveFeature } from './serve-feature.ts';

const FAILING_MIN = 3;

describe.each(FEATURES)('$name', (feature) => {
  const composed = composeFeature(feature);
  let served: ServedFeature;
  beforeAll(async () => {
    served = await serveFeature(feature);
  });
  afterAll(() => served.close());

  test('planner and executor give what one schema gives', async () => {
    expect(feature.cases.length).toBeGreaterThanOrEqual(FAILING_MIN);
    expect(await failingCases(composed)).toEqual([]);
  });

  test('so does the gateway, asked twice over HTTP', async () => {
    for (const one of [...feature.cases, ...feature.cases]) {
      const { answer, asked } = await served.ask(one);
      expect(problemOf(one, answer, await expectedAnswer(composed, one), asked)).toBeNull();
    }
  });

  test('Hive’s runtime gives the same, or the reason is told', async () => {
    const { supergraph, schemas } = composed;
    const hive = createHiveOracle(supergraph.supergraphSdl, schemas, () => ({ down: new Set() }));
    try {
      for (const one of feature.cases) {
        if (one.hiveDiffers === 'endsProcess') continue;
        const ours = await expectedAnswer(composed, one);
        const theirs = answered(await hive.answer(one));
        const isSame = JSON.stringify(ours) === JSON.stringify(theirs);
        const because = one.hiveDiffers === undefined ? null : HIVE[one.hiveDiffers];
        expect(because === null, JSON.stringify({ text: one.text, theirs, because })).toBe(isSame);
      }
    } finally {
      await hive.close();
    }
  });

  test.each(feature.switches)('cases fail where $what', async (off) => {
    expect((await failingCases(composed, off)).length).toBeGreaterThanOrEqual(FAILING_MIN);
  });
});
