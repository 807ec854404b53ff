/**
 * Nobody can tell which way an operation was executed: data, errors and paths are the same, also where subgraphs
 * answer what they should not; and no subgraph is asked anything that the interpreted way does not ask.
 */
import { getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { createHivePlanner } from '../../gateway/planner/hive-planner.ts';
import { coerceVariables } from '../../src/engine/coerce-variables.ts';
import { CompiledOperation, type Way } from '../../src/engine/compiled/compiled-operation.ts';
import { prepareInterpreted } from '../../src/engine/interpreted/prepare-interpreted.ts';
import type { SubgraphClient } from '../../src/engine/subgraph-client.ts';
import { bytesClient } from './bytes-client.ts';
import type { OracleQuery } from './compare-with-oracle.ts';
import { generateOperations } from './generate-operations.ts';
import { requestContext } from './request-context.ts';
import { spoilAnswer } from './spoil-answer.ts';
import { ARGUMENT_VALUES } from './travel-graph/argument-values.ts';
import { composeTravelGraph, SUBGRAPH_NAMES, travelClients } from './travel-graph/build.ts';

const COUNT = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 20_000 : 250;
const SEED = 20_251_128;
/** Of the operations, so many are compiled at least, in percent. */
const COMPILED_MIN = 35;

const supergraph = composeTravelGraph();
const planner = createHivePlanner(supergraph.supergraphSdl);

interface Told {
  readonly data: unknown;
  readonly errors: unknown;
  /** What each subgraph was asked, in any order. */
  readonly asked: readonly string[];
}

async function tell(
  query: OracleQuery,
  seed: number | null,
  isCompiled: boolean,
): Promise<Told & { way: Way }> {
  const asked: string[] = [];
  const clients = new Map<string, SubgraphClient>();
  for (const [name, client] of travelClients(query)) {
    const logged: SubgraphClient = {
      ...client,
      execute: (request) => {
        asked.push(`${name} ${request.document.text} ${JSON.stringify(request.variables)}`);
        return client.execute(request);
      },
    };
    const spoil = (answer: string, text: string): Buffer =>
      seed === null || (text.length + seed) % 2 === 0 ? Buffer.from(answer) : spoilAnswer(answer, seed);
    clients.set(name, bytesClient(logged, { change: spoil }));
  }
  const document = parse(query.text);
  const operation = getOperationAST(document) as OperationDefinitionNode;
  const { apiSchema, isFeature } = supergraph;
  const interpreted = prepareInterpreted({ document, operationName: null, apiSchema, planner, isFeature });
  const variables = coerceVariables(apiSchema, operation, query.variables ?? {});
  const told = ({ data, errors }: { data: unknown; errors: unknown }): Told => {
    const all = JSON.parse(JSON.stringify({ data, errors }));
    // Those of subgraphs that are asked at once come as they answer: the order within each is compared.
    if (seed !== null) all.errors?.sort(bySubgraph);
    return { ...all, asked: asked.sort() };
  };
  if (!isCompiled)
    return { ...told(await interpreted.execute(variables, requestContext(), clients)), way: 'OTHER' };
  const done = await new CompiledOperation(interpreted, apiSchema, clients).execute(
    variables,
    requestContext(),
  );
  return done.way === 'COMPILED'
    ? { ...told({ data: JSON.parse(done.written.bytes.toString()).data, errors: [] }), way: done.way }
    : { ...told(done.result), way: done.way };
}

interface FromSubgraph {
  readonly extensions?: { readonly subgraph?: string };
}

function bySubgraph(one: FromSubgraph, other: FromSubgraph): number {
  return (one.extensions?.subgraph ?? '').localeCompare(other.extensions?.subgraph ?? '');
}

async function compareAll(spoiled: boolean): Promise<Map<Way, number>> {
  const ways = new Map<Way, number>();
  const queries = generateOperations(supergraph.apiSchema, {
    ...{ seed: SEED, count: COUNT, values: ARGUMENT_VALUES },
    ...{ subgraphs: SUBGRAPH_NAMES, downShare: 0.1 },
  });
  let seed = SEED;
  for (const query of queries) {
    seed += 1;
    const { way: _, ...expected } = await tell(query, spoiled ? seed : null, false);
    const { way, ...seen } = await tell(query, spoiled ? seed : null, true);
    ways.set(way, (ways.get(way) ?? 0) + 1);
    expect({ query, ...seen }).toEqual({ query, ...expected });
  }
  const shares = [...ways].map(([way, count]) => `${way} ${((100 * count) / COUNT).toFixed(1)} %`);
  console.log(`ways of ${COUNT} operations${spoiled ? ', answers spoiled' : ''}: ${shares.join(', ')}`);
  return ways;
}

test(`${COUNT} generated operations`, { timeout: 900_000 }, async () => {
  const ways = await compareAll(false);
  const compiled = (ways.get('COMPILED') ?? 0) + (ways.get('NOT_PLAIN') ?? 0);
  expect((100 * compiled) / COUNT).toBeGreaterThanOrEqual(COMPILED_MIN);
});

test(`${COUNT} generated operations over answers that are spoiled`, { timeout: 900_000 }, async () => {
  const ways = await compareAll(true);
  expect(ways.get('NOT_PLAIN')).toBeGreaterThan(COUNT / 20);
  expect(ways.get('COMPILED')).toBeGreaterThan(COUNT / 20);
});
