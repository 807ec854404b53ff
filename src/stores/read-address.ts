import type { BlockRead } from './online-store.ts';
import { viewSeed } from './row-checksum.ts';
import { storageKeyPrefix } from './storage-key.ts';

/**
 * What a run of reads of the same block and views shares: the key's prefix and the checksums' seeds. Reads of a
 * call mostly come in such runs, so both are worked out once per run, and the seeds only when they are needed.
 */
export class ReadAddress {
  prefix = '';
  #seeds: readonly number[] | undefined;
  #namespace = '';
  #block = '';
  #views: readonly number[] | undefined;

  /** @throws {TypeError} as `storageKeyPrefix`. */
  enter(read: BlockRead): void {
    const sameBlock = read.namespace === this.#namespace && read.block === this.#block;
    if (sameBlock && read.views === this.#views) return;
    if (!sameBlock || this.#views === undefined) this.prefix = storageKeyPrefix(read.namespace, read.block);
    this.#namespace = read.namespace;
    this.#block = read.block;
    this.#views = read.views;
    this.#seeds = undefined;
  }

  /** One per view of the read that was entered last, for `verifySeededRow`. */
  get seeds(): readonly number[] {
    this.#seeds ??= (this.#views ?? []).map((view) => viewSeed(this.#namespace, this.#block, view));
    return this.#seeds;
  }
}
