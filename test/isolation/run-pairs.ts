/** One run of pairs in this process: by the engine, then over HTTP, then what log and metrics have told. */
import { openServedGraph } from '../../src/served-graph.ts';
import { askEngine, askServer, type Crossed } from './ask-in-pairs.ts';
import { LinesOfRequests } from './lines-of-requests.ts';
import type { Told } from './run.ts';
import { openTwoTenants } from './two-tenants.ts';

/** Of all pairs, those that go the whole way over HTTP. */
const HTTP_SHARE = 0.1;

export async function runPairs(pairs: number, seed: number): Promise<Told> {
  const lines = new LinesOfRequests();
  const opened = await openTwoTenants();
  const graph = await openServedGraph(opened.workspace);
  const crossed: Crossed = { seen: [], count: 0 };
  const random = randomOf(seed);
  const overHttp = Math.ceil(pairs * HTTP_SHARE);
  try {
    await askEngine(opened, graph.engine, pairs - overHttp, random, crossed);
    await askServer(opened, overHttp, random, crossed);
    const metrics = await (await fetch(`${opened.adminUrl}/metrics`)).text();
    const told = [...(await lines.problems(opened.tenants)), ...marksIn('the metrics', metrics)];
    crossed.count += told.length;
    crossed.seen.push(...told.slice(0, 5));
  } finally {
    await graph.close();
    await opened.close();
    lines.stop();
  }
  return { pairs, crossed: crossed.count, seen: crossed.seen };
}

/** Values of features have no place in what operators read. */
export function marksIn(where: string, text: string): string[] {
  const mark = /(?:red|blue|shared):\d+:\w+/.exec(text)?.[0];
  return mark === undefined ? [] : [`${where} hold the value ${mark}`];
}

/** Mulberry32: small, and the same on every machine. */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
