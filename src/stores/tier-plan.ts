import type { Registry } from '../registry/registry.ts';
import { DEFAULT_TIER, type StoresOptions } from './store-options.ts';
import type { HotMode } from './tiers/tier-options.ts';

/** Which tier keeps which block: the view's own, its domain's, or the default; and which blocks are volatile. */
export interface TierPlan {
  /** The key in `StoresOptions.tiers`. */
  tierOf(block: string): string;
  /** Whether the block's views live in the hot store alone. */
  isVolatile(block: string): boolean;
  hotModeOf(block: string, view: number): HotMode;
  /** How long a row stays in a database that can forget, counted from its write, in ms; for ever when `undefined`. */
  lifeMsOf(block: string, view: number): number | undefined;
}

/**
 * A row that no longer counts stays this much longer: whoever looks into it sees "too old" and since when, not
 * "never seen"; and a tombstone goes only when every row that it hides is too old, too.
 */
const LIFE_AFTER_TTL_MS = 7 * 24 * 60 * 60 * 1000;

/** @throws {Error} naming all that does not fit, with what to do. */
export function planTiers(options: StoresOptions, registry: Registry): TierPlan {
  const problems = [...storeProblems(options), ...nameProblems(options, registry)];
  const tiers = new Map<string, string>();
  const volatile = new Set<string>();
  const modes = new Map<string, ReadonlyMap<number, HotMode>>();
  const ttls = new Map<string, ReadonlyMap<number, number | null>>();
  for (const block of registry.blocks.values()) {
    const named = new Set(
      block.views.map(({ name, domain }) => {
        if (Object.hasOwn(options.tiers, name)) return name;
        return Object.hasOwn(options.tiers, domain) ? domain : DEFAULT_TIER;
      }),
    );
    const [tier] = named;
    if (named.size > 1) {
      problems.push(
        `The views of ${block.id} are read together and are configured for several tiers (${[...named].join(', ')}). Name one for all of them, or give a view a block of its own by @view(block:).`,
      );
    }
    tiers.set(block.id, tier ?? DEFAULT_TIER);
    modes.set(block.id, new Map(block.views.map(({ id, hot }) => [id, hot])));
    ttls.set(block.id, new Map(block.views.map(({ id, ttlMs }) => [id, ttlMs])));
    if (block.views.some(({ hot }) => hot === 'ONLY')) volatile.add(block.id);
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return {
    tierOf: (block) => tiers.get(block) ?? DEFAULT_TIER,
    isVolatile: (block) => volatile.has(block),
    // Blocks of our own, such as the times of sources, are in no registry.
    hotModeOf: (block, view) => modes.get(block)?.get(view) ?? 'ON_WRITE',
    lifeMsOf: (block, view) => {
      const ttlMs = ttls.get(block)?.get(view) ?? null;
      return ttlMs === null ? undefined : ttlMs + LIFE_AFTER_TTL_MS;
    },
  };
}

function storeProblems({ stores, tiers }: StoresOptions): string[] {
  const problems: string[] = [];
  if (!Object.hasOwn(tiers, DEFAULT_TIER))
    problems.push('tiers.default is missing: it is for every block that no other names.');
  for (const [name, { warm, hot }] of Object.entries(tiers)) {
    const expect = (key: string, store: string, kinds: readonly string[]): void => {
      const kind = stores[store]?.kind;
      if (kind !== undefined && kinds.includes(kind)) return;
      const got = kind === undefined ? `${store}, which is not in stores` : `${store}, which is ${kind}`;
      problems.push(
        `tiers.${name}.${key}: expected the name of a store of kind ${kinds.join(' or ')}, got ${got}.`,
      );
    };
    expect('warm', warm, ['lmdb', 'cassandra']);
    if (hot !== undefined) expect('hot', hot, ['redis']);
  }
  return problems;
}

function nameProblems({ tiers }: StoresOptions, registry: Registry): string[] {
  const known = new Set([
    DEFAULT_TIER,
    ...registry.domains.map(({ name }) => name),
    ...[...registry.views.values()].map(({ name }) => name),
  ]);
  return Object.keys(tiers)
    .filter((name) => !known.has(name))
    .map((name) => `tiers.${name}: expected the name of a domain or view of the schema, or ${DEFAULT_TIER}.`);
}
