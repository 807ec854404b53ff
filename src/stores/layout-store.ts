import type { FeatureType } from '../core/feature-type.ts';

/** Names and types of a row's segments; what a row's layout id stands for. */
export interface StoredLayout {
  readonly id: number;
  readonly names: readonly string[];
  readonly types: readonly FeatureType[];
}

/** Durable memory of every layout that rows were ever written under. A layout never changes. */
export interface LayoutStore {
  /** Resolves when the layouts are durable: before the first row that uses them. */
  putMany(layouts: readonly StoredLayout[]): Promise<void>;
  getMany(ids: readonly number[]): Promise<(StoredLayout | undefined)[]>;
  close(): Promise<void>;
}
