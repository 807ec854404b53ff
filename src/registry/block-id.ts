import type { DraftEntity, DraftView } from './draft.ts';

/** Views that live in the hot tier alone are kept apart: when it fails, the others are still read. */
const VOLATILE_BLOCK = 'volatile';

/** `<domain>.<Entity>`, with `.<block>` where the view asks for a block of its own, or is volatile. */
export function blockIdOf(entity: DraftEntity, view: DraftView): string {
  const base = `${entity.domain}.${entity.name}`;
  const block = view.block ?? (view.hot === 'ONLY' ? VOLATILE_BLOCK : undefined);
  return block === undefined ? base : `${base}.${block}`;
}

/** Views by the block that they are kept in. */
export function viewsByBlock(entity: DraftEntity): ReadonlyMap<string, readonly DraftView[]> {
  const blocks = new Map<string, DraftView[]>();
  for (const view of entity.views) {
    const id = blockIdOf(entity, view);
    const views = blocks.get(id);
    if (views === undefined) blocks.set(id, [view]);
    else views.push(view);
  }
  return blocks;
}
