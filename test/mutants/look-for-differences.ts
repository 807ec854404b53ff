/** The oracle's short form as a program: leaves with 0 where it finds nothing, with 1 and a line where it does. */
import { compareWays } from '../oracle/compare-ways.ts';
import { openRowsGraph } from '../oracle/rows-graph/open-rows-graph.ts';
import { sweepRows } from '../oracle/rows-graph/sweep-rows.ts';

const SEED = 20_261_129;
/** As many as `npm test` compares. */
const COUNT = 1200;

const graph = await openRowsGraph(SEED);
const found = await look().finally(() => graph.close());
if (found !== null) console.log(found);
process.exitCode = found === null ? 0 : 1;

async function look(): Promise<string | null> {
  const [wrong] = await sweepRows(graph);
  if (wrong !== undefined) return `is not what was written: ${wrong.what}`;
  const { differences } = await compareWays(graph, { seed: SEED, count: COUNT, differencesMax: 1 });
  const [difference] = differences;
  return difference === undefined ? null : `both ways differ, operation ${difference.number}`;
}
