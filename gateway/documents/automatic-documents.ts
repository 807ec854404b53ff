/**
 * Texts that clients sent once under their hash (automatic persisted queries), so that they need not send them again.
 * Bounded by count and by bytes: what was used longest ago is forgotten, and its client sends the text again.
 */
import { createHash } from 'node:crypto';
import { BoundedCache } from '../../src/engine/bounded-cache.ts';

export interface AutomaticLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

export class AutomaticDocuments {
  readonly #texts: BoundedCache<string, string>;

  constructor({ maxEntries, maxBytes }: AutomaticLimits) {
    this.#texts = new BoundedCache(maxBytes, maxEntries);
  }

  get size(): number {
    return this.#texts.size;
  }

  /** @param hash SHA-256 of the text, in hex. */
  get(hash: string): string | undefined {
    return this.#texts.get(hash);
  }

  /** To be told of a text that could be served; anything else would be kept for nothing. */
  remember(hash: string, text: string): void {
    if (this.#texts.get(hash) === undefined) this.#texts.set(hash, text, Buffer.byteLength(text));
  }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
