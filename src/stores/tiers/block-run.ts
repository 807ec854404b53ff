import type { BlockRead } from '../online-store.ts';

/** What reads that follow each other mostly share. */
export type BlockRun = Pick<BlockRead, 'namespace' | 'block' | 'views'>;

export function isOneRun(a: BlockRun, b: BlockRun): boolean {
  return a.block === b.block && a.namespace === b.namespace && areEqual(a.views, b.views);
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
