/** Where the features of a view stand in rows that were written under another layout; worked out once for each. */
import type { View } from '../registry/registry.ts';
import { segmentIndexes } from '../stores/layout-mapping.ts';
import type { LayoutStore, StoredLayout } from '../stores/layout-store.ts';

export class LayoutMaps {
  readonly #store: LayoutStore;
  readonly #known = new Map<number, StoredLayout>();
  readonly #maps = new Map<View, Map<number, ArrayLike<number>>>();

  constructor(store: LayoutStore) {
    this.#store = store;
  }

  isKnown(layoutId: number): boolean {
    return this.#known.has(layoutId);
  }

  /** Fetches layouts in one go. Ids that the store does not know stay unknown and are asked for again next time. */
  async learn(layoutIds: readonly number[]): Promise<void> {
    const layouts = await this.#store.getMany(layoutIds);
    for (const layout of layouts) {
      if (layout !== undefined) this.#known.set(layout.id, layout);
    }
  }

  /** @returns the segment by index in the view's layout, negative for none; `undefined` for an unknown layout. */
  segmentsOf = (view: View, layoutId: number): ArrayLike<number> | undefined => {
    let maps = this.#maps.get(view);
    const known = maps?.get(layoutId);
    if (known !== undefined) return known;
    const layout = this.#known.get(layoutId);
    if (layout === undefined) return undefined;
    if (maps === undefined) {
      maps = new Map();
      this.#maps.set(view, maps);
    }
    const map = segmentIndexes(layout, view.layout);
    maps.set(layoutId, map);
    return map;
  };
}
