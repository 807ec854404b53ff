/** A CPU profile as a tree of calls with their times, and as sums by the part of the program that spent them. */
import type { CpuProfile, ProfileNode } from './cpu-profiler.ts';
import { partOf } from './program-parts.ts';

export interface Call {
  readonly name: string;
  /** `src/engine/engine.ts:12`, `node:net:300`, or empty for what is no function. */
  readonly place: string;
  readonly part: string;
  selfUs: number;
  totalUs: number;
  readonly children: Call[];
}

/** What is no work of the process. */
const IDLE = new Set(['(idle)', '(root)']);

/** @param us multiplied into each time: 1 by the requests of the profile gives times of one request. */
export function callTree({ nodes, samples, timeDeltas }: CpuProfile, us: number): Call {
  const selfUs = new Map<number, number>();
  for (const [index, id] of samples.entries())
    selfUs.set(id, (selfUs.get(id) ?? 0) + Math.max(0, timeDeltas[index] ?? 0) * us);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const root = nodes[0] as ProfileNode;
  return build(root, byId, selfUs);
}

function build(
  node: ProfileNode,
  byId: ReadonlyMap<number, ProfileNode>,
  selfUs: ReadonlyMap<number, number>,
): Call {
  const { functionName, url, lineNumber } = node.callFrame;
  const merged = new Map<string, Call>();
  for (const id of node.children ?? []) {
    const child = build(byId.get(id) as ProfileNode, byId, selfUs);
    const key = `${child.name}@${child.place}`;
    const same = merged.get(key);
    if (same === undefined) merged.set(key, child);
    else join(same, child);
  }
  const children = [...merged.values()].toSorted((a, b) => b.totalUs - a.totalUs);
  const own = IDLE.has(functionName) ? 0 : (selfUs.get(node.id) ?? 0);
  return {
    name: functionName === '' ? '(anonymous)' : functionName,
    place: url === '' ? '' : `${shortUrl(url)}:${lineNumber + 1}`,
    part: partOf(functionName, url),
    selfUs: own,
    totalUs: own + children.reduce((sum, { totalUs }) => sum + totalUs, 0),
    children,
  };
}

function join(into: Call, other: Call): void {
  into.selfUs += other.selfUs;
  into.totalUs += other.totalUs;
  for (const child of other.children) {
    const same = into.children.find(({ name, place }) => name === child.name && place === child.place);
    if (same === undefined) into.children.push(child);
    else join(same, child);
  }
}

const ROOT = new URL('../../', import.meta.url).href;

function shortUrl(url: string): string {
  if (url.startsWith(ROOT)) return url.slice(ROOT.length);
  return url.replace(/^.*node_modules\//, '');
}

/** Self times by part, the greatest first. */
export function usByPart(tree: Call): [part: string, us: number][] {
  return sumBy(tree, ({ part }) => part);
}

/** Self times by function, the greatest first. */
export function usByFunction(tree: Call): [name: string, us: number][] {
  return sumBy(tree, ({ name, place }) => `${name} ${place}`.trim());
}

function sumBy(tree: Call, keyOf: (call: Call) => string): [string, number][] {
  const sums = new Map<string, number>();
  const visit = (call: Call): void => {
    if (call.selfUs > 0) sums.set(keyOf(call), (sums.get(keyOf(call)) ?? 0) + call.selfUs);
    for (const child of call.children) visit(child);
  };
  visit(tree);
  return [...sums].toSorted((a, b) => b[1] - a[1]);
}
