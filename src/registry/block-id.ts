import type { DraftEntity, DraftView } from './draft.ts';

/** `<domain>.<Entity>`, with `.<block>` where the view asks for a block of its own. */
export function blockIdOf(entity: DraftEntity, view: DraftView): string {
  const base = `${entity.domain}.${entity.name}`;
  return view.block === undefined ? base : `${base}.${view.block}`;
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
