/** Counts what the compared operations exercised, so that a generator which misses a feature is seen. */
import type { PlanNode } from '../../src/engine/query-plan.ts';
import type { Answer, OracleQuery } from './compare-with-oracle.ts';

export const COVERED = [
  'fetch',
  'entity fetch',
  'batch fetch',
  'sequence',
  'parallel',
  'condition',
  'list in path',
  'type in path',
  'requires',
  'alias',
  'named fragment',
  'inline fragment',
  'type condition',
  'variable',
  'skip',
  'include',
  'several roots',
  'null key',
  'field error',
  'subgraph down',
] as const;

export type Covered = (typeof COVERED)[number];

export class Coverage {
  readonly counts = new Map<Covered, number>(COVERED.map((name) => [name, 0]));

  /** @param isNullKey whether a null at this key of an answer is a reference that leads nowhere. */
  add(query: OracleQuery, plan: PlanNode | null, answer: Answer, nullKeys: ReadonlySet<string>): void {
    const seen = new Set<Covered>();
    if (plan !== null) seePlan(plan, seen);
    const { text } = query;
    if (/\w+: \w+/.test(text.replace(/\([^)]*\)/g, ''))) seen.add('alias');
    if (/\.\.\.F\d|\.\.\.[A-Z]\w* /.test(text)) seen.add('named fragment');
    if (/\.\.\.( on \w+)?( @\w+\([^)]*\))? \{/.test(text)) seen.add('inline fragment');
    if (/\.\.\. on /.test(text)) seen.add('type condition');
    if (Object.keys(query.variables ?? {}).length > 0) seen.add('variable');
    if (/if: \$/.test(text)) seen.add('condition');
    if (text.includes('@skip')) seen.add('skip');
    if (text.includes('@include')) seen.add('include');
    if (Object.keys((answer.data as object | null) ?? {}).length > 1) seen.add('several roots');
    if (hasNullAt(answer.data, nullKeys)) seen.add('null key');
    if (answer.errors.length > 0) seen.add('field error');
    if (query.down !== undefined && answer.errors.length > 0) seen.add('subgraph down');
    for (const name of seen) this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  toString(): string {
    return [...this.counts].map(([name, count]) => `${name} ${count}`).join(', ');
  }
}

function seePlan(node: PlanNode, seen: Set<Covered>): void {
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
      seen.add(node.kind);
      for (const child of node.nodes) seePlan(child, seen);
      return;
    case 'condition':
      if (node.ifTrue !== null) seePlan(node.ifTrue, seen);
      if (node.ifFalse !== null) seePlan(node.ifFalse, seen);
      return;
    case 'fetch':
      seen.add(
        node.entities.length === 0 ? 'fetch' : node.entities.length === 1 ? 'entity fetch' : 'batch fetch',
      );
      for (const entity of node.entities) {
        if (entity.dependents.length > 0) seen.add('requires');
        const segments = entity.paths.flat();
        if (segments.some((segment) => segment.kind === 'list')) seen.add('list in path');
        if (segments.some((segment) => segment.kind === 'types')) seen.add('type in path');
      }
  }
}

function hasNullAt(value: unknown, keys: ReadonlySet<string>): boolean {
  if (Array.isArray(value)) return value.some((item) => hasNullAt(item, keys));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, part]) => (part === null ? keys.has(key) : hasNullAt(part, keys)));
}
