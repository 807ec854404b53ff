import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Clock } from '../core/clock.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Registry } from '../registry/registry.ts';
import type { BudgetStore } from './budget-store.ts';
import type { NoteFailure } from './failure-reports.ts';
import type { LayoutStore } from './layout-store.ts';
import { observedHotStore } from './observed-hot-store.ts';
import { observedStore } from './observed-store.ts';
import type { OnlineStore, StoreHealth } from './online-store.ts';
import { type OpenDatabase, openNamedDatabase } from './open-database.ts';
import { DEFAULT_TIER, HOT_LIFE_MS_DEFAULT, type StoresOptions, type TierOptions } from './store-options.ts';
import type { TenantStore } from './tenant-store.ts';
import { planTiers, type TierPlan } from './tier-plan.ts';
import { createRoutedStore } from './tiers/routed-store.ts';
import { StoreBreaker } from './tiers/store-breaker.ts';
import { breakerGauge, createTierMetrics } from './tiers/tier-metrics.ts';
import { TIER_LIMITS_DEFAULT } from './tiers/tier-options.ts';
import { openTieredStore } from './tiers/tiered-store.ts';
import { createVolatileStore } from './tiers/volatile-store.ts';

/** The stores of a program, opened as it was told and put together: one online store for all blocks. */
export interface OpenStores {
  readonly store: OnlineStore;
  readonly layouts: LayoutStore;
  readonly tenants: TenantStore;
  /** `null` where none is named. */
  readonly budgets: BudgetStore | null;
  /** Decides anew what is kept where. @throws {Error} as `openStores`; nothing has changed then. */
  follow(registry: Registry): void;
  /** Each store by its name. */
  check(): Promise<Readonly<Record<string, StoreHealth>>>;
  close(): Promise<void>;
}

export interface OpenStoresParts {
  readonly registry: Registry;
  readonly clock: Clock;
  /** From 0 to below 1; spreads expiries and reconnections. */
  readonly random: () => number;
  readonly metrics: Metrics;
  /**
   * Whether rows go some time after their time to live, where the database can forget; they do unless told otherwise.
   * Not where the clock stands still: there a row never gets too old, and the database's own time goes on.
   */
  readonly rowsExpire?: boolean;
  /** Each slot of a store that fails. */
  readonly noteFailure?: NoteFailure;
  /** What goes wrong in the background. */
  readonly onError: (error: unknown, where: { readonly tier: string }) => void;
}

/** Longest that a volatile view's call may take, as for a hot tier. */
const VOLATILE_BUDGET_MS = TIER_LIMITS_DEFAULT.hotBudgetMs;

/**
 * Opens the stores that the tiers name, and no others. Servers that are not there are no reason to fail: `check`
 * tells. @throws {Error} with what to do when the tiers do not fit the stores or the registry, a folder cannot be opened, or a
 * server is there and cannot be used (password, certificate, tables).
 */
export async function openStores(options: StoresOptions, parts: OpenStoresParts): Promise<OpenStores> {
  let plan = planTiers(options, parts.registry);
  // Asked at each write, because a new schema brings a new plan.
  const opener = new StoresOpener(options, parts, {
    hotModeOf: (block, view) => plan.hotModeOf(block, view),
    lifeMsOf: (block, view) => (parts.rowsExpire === false ? undefined : plan.lifeMsOf(block, view)),
  });
  try {
    const kept = new Map<string, OnlineStore>();
    const volatile = new Map<string, OnlineStore>();
    for (const [name, tier] of Object.entries(options.tiers)) {
      kept.set(name, await opener.openTier(name, tier));
      if (tier.hot !== undefined) volatile.set(name, await opener.openVolatile(tier.hot, tier));
    }
    const storeOf = (block: string): OnlineStore => {
      const tier = plan.tierOf(block);
      return (plan.isVolatile(block) ? volatile.get(tier) : undefined) ?? (kept.get(tier) as OnlineStore);
    };
    const all = [...kept.values(), ...volatile.values()];
    const { warm } = options.tiers[DEFAULT_TIER] as TierOptions;
    const layouts = await opener.openLayouts(warm);
    const tenants = await opener.openTenants(options.tenantsIn ?? warm);
    const { budgetsIn } = options;
    const budgets = budgetsIn === undefined ? null : await opener.openBudgets(budgetsIn);
    await opener.assertAccess();
    return {
      // Where all blocks are in one place, nothing stands between.
      store: all.length === 1 ? (all[0] as OnlineStore) : createRoutedStore(all, storeOf),
      layouts,
      tenants,
      budgets,
      check: () => opener.check(),
      follow: (registry) => {
        plan = planTiers(options, registry);
      },
      close: async () => {
        for (const store of all) await store.close();
        await opener.close();
      },
    };
  } catch (error) {
    await opener.close();
    throw error;
  }
}

type PlanNow = Pick<TierPlan, 'hotModeOf' | 'lifeMsOf'>;

class StoresOpener {
  readonly #options: StoresOptions;
  readonly #parts: OpenStoresParts;
  readonly #databases = new Map<string, OpenDatabase>();
  readonly #breakers = new Map<string, StoreBreaker>();
  readonly #planNow: PlanNow;
  readonly #noteFailure: NoteFailure;
  readonly #processId = randomUUID();

  constructor(options: StoresOptions, parts: OpenStoresParts, planNow: PlanNow) {
    this.#options = options;
    this.#planNow = planNow;
    this.#parts = parts;
    this.#noteFailure = parts.noteFailure ?? (() => {});
  }

  async openTier(name: string, tier: TierOptions): Promise<OnlineStore> {
    const { metrics, clock, onError } = this.#parts;
    const { hotModeOf, lifeMsOf } = this.#planNow;
    const online = (await this.#database(tier.warm)).openOnline({ lifeMsOf });
    const warm = observedStore(online, tier.warm, metrics, clock, this.#noteFailure);
    // Alone, a store needs no tiers: it decides, and its client knows its own budgets.
    if (tier.hot === undefined && tier.limits === undefined) return warm;
    const names = { warm: tier.warm, hot: tier.hot ?? null };
    return openTieredStore({
      warm,
      clock,
      ...(tier.hot === undefined
        ? { limits: tier.limits ?? {} }
        : await this.#hotParts(name, tier.hot, tier)),
      // Two tiers over one Redis must not take each other's leases for their own.
      processId: `${this.#processId}:${name}`,
      hotModeOf,
      warmBreaker: this.#breaker(tier.warm),
      metrics: createTierMetrics(metrics, names),
      onError: (error) => onError(error, { tier: name }),
    });
  }

  async #hotParts(name: string, hotName: string, tier: TierOptions) {
    const { metrics, clock } = this.#parts;
    const hot = (await this.#database(hotName)).openHot(tier.hotLifeMs ?? HOT_LIFE_MS_DEFAULT);
    const folder = path.join(this.#options.dataFolder, 'repairs', encodeURIComponent(name));
    return {
      hot: observedHotStore(hot, hotName, metrics, clock, this.#noteFailure),
      hotBreaker: this.#breaker(hotName),
      limits: tier.limits ?? {},
      repairLog: {
        folder,
        ...(tier.repairLogMaxBytes === undefined ? {} : { maxBytes: tier.repairLogMaxBytes }),
      },
    };
  }

  async openVolatile(hotName: string, tier: TierOptions): Promise<OnlineStore> {
    const { metrics, clock } = this.#parts;
    const { volatileLifeMs } = tier;
    const store = (await this.#database(hotName)).openOnline(
      volatileLifeMs === undefined ? {} : { lifeMs: volatileLifeMs },
    );
    const budgetMs = tier.limits?.hotBudgetMs ?? VOLATILE_BUDGET_MS;
    return createVolatileStore(
      observedStore(store, hotName, metrics, clock, this.#noteFailure),
      this.#breaker(hotName),
      clock,
      budgetMs,
    );
  }

  async openLayouts(name: string): Promise<LayoutStore> {
    return (await this.#database(name)).openLayouts();
  }

  async openTenants(name: string): Promise<TenantStore> {
    return (await this.#database(name)).openTenants();
  }

  async openBudgets(name: string): Promise<BudgetStore> {
    return (await this.#database(name)).openBudgets();
  }

  async assertAccess(): Promise<void> {
    for (const database of this.#databases.values()) await database.assertAccess();
  }

  async check(): Promise<Record<string, StoreHealth>> {
    const checks = [...this.#databases].map(async ([name, { check }]) => [name, await check()] as const);
    return Object.fromEntries(await Promise.all(checks));
  }

  async close(): Promise<void> {
    for (const database of this.#databases.values()) await database.close();
    this.#databases.clear();
  }

  async #database(name: string): Promise<OpenDatabase> {
    const known = this.#databases.get(name);
    if (known !== undefined) return known;
    const options = this.#options.stores[name];
    if (options === undefined) throw new Error(`There is no store ${name}.`);
    const opened = await openNamedDatabase(name, options, this.#parts);
    this.#databases.set(name, opened);
    return opened;
  }

  #breaker(store: string): StoreBreaker {
    const known = this.#breakers.get(store);
    if (known !== undefined) return known;
    const breaker = new StoreBreaker({ onState: breakerGauge(this.#parts.metrics, store) });
    this.#breakers.set(store, breaker);
    return breaker;
  }
}
