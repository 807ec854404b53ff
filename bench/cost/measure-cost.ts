/** A process that works prices out and tells how long that takes, round by round, in µs of CPU time for each. */
import { getOperationAST, Kind, parse, validate } from 'graphql';
import { composeSupergraph } from '../../gateway/compose.ts';
import { openOfflineGraph } from '../../src/cli/offline-graph.ts';
import { loadConfig } from '../../src/config.ts';
import { CostBound } from '../../src/tenancy/cost/cost-bound.ts';
import { createCostModel } from '../../src/tenancy/cost/cost-model.ts';
import { countNodes } from '../../src/tenancy/cost/count-nodes.ts';
import { codeOfRefusal } from './code-of-refusal.ts';
import { bombText, WIDE_QUERY } from './documents.ts';

export interface MeasureArgument {
  readonly rounds: number;
  /** Of a round, at least. */
  readonly roundMs: number;
}

/** Work → µs of CPU time for one, by round. */
export type Measured = Readonly<Record<string, readonly number[]>>;

const KEYS = 100;

async function measure({ rounds, roundMs }: MeasureArgument): Promise<Measured> {
  const config = await loadConfig({ env: {} });
  const { engine, registry } = await openOfflineGraph(config);
  const composition = composeSupergraph(
    registry.domains.map(({ name, federatedSdl }) => ({ name, url: `of:${name}`, sdl: federatedSdl })),
  );
  if (!composition.ok) throw new Error('The schema does not compose.');
  const { document, facts } = composition.supergraph;
  const model = createCostModel({
    supergraph: document,
    registry,
    remote: new Map(),
    requires: facts.requires,
  });
  const bound = new CostBound(engine.apiSchema, model);

  const wide = parse(WIDE_QUERY);
  if (validate(engine.apiSchema, wide).length > 0) throw new Error('The wide query does not fit the schema.');
  const operation = getOperationAST(wide);
  if (operation == null) throw new Error('The wide query has no operation.');
  const variables = { keys: Array.from({ length: KEYS }, (_, i) => `N${i}`) };
  const prepared = engine.prepare(wide, WIDE_QUERY, null);
  const bomb = parse(bombText());
  const bombOperation = getOperationAST(bomb);
  if (bombOperation == null) throw new Error('The bomb has no operation.');
  const bombFragments = new Map(
    bomb.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
  );
  const options = { status: 'NONE' } as const;
  const nodes = countNodes(operation.selectionSet, new Map());
  const works: Record<string, () => unknown> = {
    [`formula, ${nodes} nodes, ${KEYS} keys`]: () => prepared.costOfKnown(variables),
    [`unseen document, ${nodes} nodes`]: () =>
      bound.assertWorthPlanning({ operation, fragments: new Map(), variables, options }),
    '2^30 fragment bomb': () =>
      codeOfRefusal(() =>
        bound.of({ operation: bombOperation, fragments: bombFragments, variables: {}, options }),
      ),
  };
  return Object.fromEntries(
    Object.entries(works).map(([name, work]) => [name, cpuOf(work, rounds, roundMs)]),
  );
}

/** The first round warms up and does not count. */
function cpuOf(work: () => unknown, rounds: number, roundMs: number): number[] {
  const seen: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const cpuBefore = process.cpuUsage();
    const startedMs = performance.now();
    let count = 0;
    do {
      for (let i = 0; i < TIMES_AT_ONCE; i += 1) work();
      count += TIMES_AT_ONCE;
    } while (performance.now() - startedMs < roundMs);
    const { user, system } = process.cpuUsage(cpuBefore);
    if (round > 0) seen.push((user + system) / count);
  }
  return seen;
}

/** So that looking at the clock costs nothing. */
const TIMES_AT_ONCE = 20;

process.once('disconnect', () => process.exit(0));
process.send?.(await measure(JSON.parse(process.argv[2] ?? 'null') as MeasureArgument));
