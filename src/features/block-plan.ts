/** The registry's blocks numbered, so that a request finds a view's state by two indexes and no name. */
import type { Block, Entity, Registry, View } from '../registry/registry.ts';

export interface BlockPlan {
  readonly index: number;
  readonly block: Block;
  readonly views: readonly View[];
  /** Whether any view asks how far its source is. */
  readonly watchesSources: boolean;
}

/** One view that a selection needs. */
export interface ViewNeed {
  readonly block: BlockPlan;
  /** Index in the block's views. */
  readonly view: number;
}

export function planBlocks(registry: Registry): ReadonlyMap<string, BlockPlan> {
  const plans = new Map<string, BlockPlan>();
  for (const block of registry.blocks.values()) {
    plans.set(block.id, {
      index: plans.size,
      block,
      views: block.views,
      watchesSources: block.views.some((view) => view.source !== null && view.sourceMaxLagMs !== null),
    });
  }
  return plans;
}

/** Where a view's state stands in an entity: its block among the entity's blocks, the view among the block's. */
export interface ViewPlace {
  readonly block: number;
  readonly view: number;
}

/** @throws {Error} when the registry is not whole: a fault of ours. */
export function placeOf(entity: Entity, view: View): ViewPlace {
  const block = entity.blocks.findIndex(({ id }) => id === view.blockId);
  const index = entity.blocks[block]?.views.findIndex(({ id }) => id === view.id) ?? -1;
  if (index < 0) throw new Error(`The view ${view.name} is not in a block of ${entity.name}.`);
  return { block, view: index };
}
