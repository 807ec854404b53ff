/** The layers whose keys keep namespaces and tenants apart, each with the change of the source that takes that away. */

import { changeSource, type SourceChange } from '../changed-source.ts';

interface Layer extends SourceChange {
  readonly what: string;
}

export const LAYERS = {
  store: {
    what: 'rows in a store',
    file: 'src/stores/storage-key.ts',
    from: '${encodeKeySegment(namespace)}',
    to: 'one',
  },
  memory: {
    what: 'blocks in memory',
    file: 'src/stores/tiers/tier-reader.ts',
    from: 'if (namespace === this.#namespace && block === this.#block) return;\n    this.#prefix = storageKeyPrefix(namespace, block);',
    to: "if (block === this.#block) return;\n    this.#prefix = storageKeyPrefix('one', block);",
  },
  singleFlight: {
    what: 'reads that are under way',
    file: 'src/stores/tiers/block-run.ts',
    from: ' && a.namespace === b.namespace && ',
    to: ' && ',
  },
  sources: {
    what: 'how far sources are',
    file: 'src/features/source-watch.ts',
    from: 'return this.#byNamespace.get(namespace)?.get(source);',
    to: 'return [...this.#byNamespace.values()].map((times) => times.get(source)).sort().at(-1);',
  },
  loader: {
    what: 'reads of one request',
    file: 'src/features/block-loader.ts',
    from: 'const { namespace } = context;',
    to: 'const namespace = ((globalThis as { firstNamespace?: string }).firstNamespace ??= context.namespace);',
  },
  credentials: {
    what: 'credentials that were verified',
    file: 'src/tenancy/bearer-identifier.ts',
    from: "hash('sha256', this.#pepper + authorization, 'base64')",
    to: "hash('sha256', this.#pepper + authorization.slice(0, 8), 'base64')",
  },
  plans: {
    what: 'plans without what was denied',
    file: 'src/engine/interpreted/prepare-interpreted.ts',
    from: "const who = denied.size === 0 ? '' : ` ${[...denied].join(' ')}`;",
    to: "const who = '';",
  },
} as const satisfies Readonly<Record<string, Layer>>;

export type LayerName = keyof typeof LAYERS;

/** To be called before the source is loaded. @throws {Error} when the place in the source is gone. */
export function takeAway(name: LayerName): void {
  changeSource(name, LAYERS[name]);
}
