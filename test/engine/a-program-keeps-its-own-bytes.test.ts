/** What is kept of a document is its own: a program must not keep what happened to be allocated around it. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { createHivePlanner } from '../../gateway/planner/hive-planner.ts';
import { CompiledOperation } from '../../src/engine/compiled/compiled-operation.ts';
import { prepareInterpreted } from '../../src/engine/interpreted/prepare-interpreted.ts';
import { openRowsGraph } from '../oracle/rows-graph/open-rows-graph.ts';

const DOCUMENTS = 60;
/** Ten times what such a document has; the pool of small buffers would be 64 KiB for each. */
const KEPT_MAX_BYTES = 20_000;

test('documents prepared while much else is allocated', { timeout: 120_000 }, async () => {
  const graph = await openRowsGraph(1);
  const { apiSchema, supergraphSdl, isFeature } = graph.supergraph;
  const planner = createHivePlanner(supergraphSdl);
  const { clients } = graph.open('CURRENT');
  const prepare = (text: string): CompiledOperation => {
    const document = parse(text);
    const interpreted = prepareInterpreted({ document, operationName: null, apiSchema, planner, isFeature });
    return new CompiledOperation(interpreted, apiSchema, clients);
  };
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const collect = (): void => {
    gc();
    // Buffers are given back beside the program; the next collection waits for that.
    gc();
  };
  const kept = [prepare('{ item(sku: "s") { title } }')];
  collect();
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < DOCUMENTS; i += 1) {
    kept.push(prepare(`{ x${i}: item(sku: "s${i}") { a${i}: title sku isSold mood box { heightMm } } }`));
    for (let other = 0; other < 100; other += 1) Buffer.from('a request’s own'.repeat(100));
  }
  collect();
  const each = (process.memoryUsage().arrayBuffers - before) / DOCUMENTS;
  expect(kept.every((operation) => operation.wayOf({}) === 'COMPILED')).toBe(true);
  expect(each).toBeLessThan(KEPT_MAX_BYTES);
  await graph.close();
});
