import type { BlockRead } from './online-store.ts';
import { viewSeed } from './row-format.ts';
import { storageKeyPrefix } from './storage-key.ts';

/**
 * What a run of reads of the same block and views shares: the key's prefix and the checksums' seeds. Reads of a
 * call mostly come in such runs, so both are worked out once per run.
 */
export class ReadAddress {
  prefix = '';
  /** One per view of the read, for `verifySeededRow`. */
  seeds: readonly number[] = [];
  #namespace: string | undefined;
  #block: string | undefined;
  #views: readonly number[] | undefined;

  /** @throws {TypeError} as `storageKeyPrefix`. */
  enter(read: BlockRead): void {
    const sameBlock = read.namespace === this.#namespace && read.block === this.#block;
    if (sameBlock && read.views === this.#views) return;
    if (!sameBlock) this.prefix = storageKeyPrefix(read.namespace, read.block);
    this.seeds = read.views.map((view) => viewSeed(read.namespace, read.block, view));
    this.#namespace = read.namespace;
    this.#block = read.block;
    this.#views = read.views;
  }
}
