/** The documents that a subgraph's gateway asks again and again: what was executed once is known from then on. */
import type { DocumentNode } from 'graphql';
import { BoundedCache } from '../../engine/bounded-cache.ts';
import type { Subgraph } from '../build-subgraph.ts';
import { KnownDocument } from './known-document.ts';

/** Bound of all kept documents together, in characters of their text; a short one takes as much as one of so many. */
const TEXT_MAX = 4_000_000;
const TEXT_LEAST = 500;

export class KnownDocuments {
  readonly #subgraph: Subgraph;
  readonly #documents = new BoundedCache<string, KnownDocument>(TEXT_MAX);

  constructor(subgraph: Subgraph) {
    this.#subgraph = subgraph;
  }

  find(text: string, operationName: string | null): KnownDocument | undefined {
    return this.#documents.get(keyOf(text, operationName));
  }

  /** @param document parsed of the text, valid, and with the named operation alone. */
  learn(text: string, operationName: string | null, document: DocumentNode): void {
    const key = keyOf(text, operationName);
    if (this.#documents.get(key) === undefined)
      this.#documents.set(
        key,
        new KnownDocument(this.#subgraph, document),
        Math.max(TEXT_LEAST, text.length),
      );
  }
}

function keyOf(text: string, operationName: string | null): string {
  // No document has the character between.
  return operationName === null ? text : `${operationName}\0${text}`;
}
