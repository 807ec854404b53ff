/**
 * The features of a registry as objects that can be read: one class per entity of each domain, one loader per
 * request, shared by all subgraphs of the process. Knows nothing of GraphQL.
 */
import type { EntityKey } from '../core/entity-key.ts';
import type { RequestContext } from '../core/request-context.ts';
import type { Entity, Registry, View } from '../registry/registry.ts';
import type { LayoutStore } from '../stores/layout-store.ts';
import type { BlockRead, BlockSlot, OnlineStore } from '../stores/online-store.ts';
import { createBlockLoader, fillLoads, learnLayouts } from './block-loader.ts';
import { type BlockPlan, planBlocks, type ViewNeed } from './block-plan.ts';
import type { OwnEntities } from './customization.ts';
import { EntityClass, type OwnClasses } from './entity-class.ts';
import { LayoutMaps } from './layout-maps.ts';
import type { TransformErrorPlace } from './on-demand.ts';
import { type ReadFailure, type ReadingParts, readSlots, readWithin, viewLimits } from './read-blocks.ts';
import { type BlockRecord, RequestReads } from './request-reads.ts';
import type { RowBackedEntity } from './row-backed-entity.ts';
import type { SourceWatch } from './source-watch.ts';
import type { SegmentsOf, ViewLimits } from './view-state.ts';

export interface FeatureReaderParts {
  readonly registry: Registry;
  readonly store: OnlineStore;
  readonly layouts: LayoutStore;
  readonly sources: SourceWatch;
  /** The cause of a TRANSFORM_FAILED, which no client is shown. */
  readonly onTransformError: (error: unknown, where: TransformErrorPlace) => void;
  /** What tenants have of their own, checked against the registry; by tenant. */
  readonly customizations?: ReadonlyMap<string, OwnEntities>;
  /** A store that rejected a whole call, which it should never do. */
  readonly onStoreError: (error: unknown, where: { readonly requestId: string }) => void;
}

/** Blocks that were read by other means than the loader. */
export interface TakenBlocks {
  readonly block: BlockPlan;
  /** Indexes of the views that were read of each, in the order of the slots' rows, and what decides their states. */
  readonly views: readonly number[];
  readonly limits: readonly ViewLimits[];
  readonly entityKeys: readonly EntityKey[];
  readonly slots: readonly BlockSlot[];
}

export class FeatureReader {
  readonly registry: Registry;
  readonly #parts: ReadingParts;
  readonly #classes = new Map<string, Map<string, EntityClass>>();
  readonly #customized = new Map<string, OwnClasses>();
  readonly #requests = new WeakMap<RequestContext, RequestReads>();

  constructor(parts: FeatureReaderParts) {
    this.registry = parts.registry;
    this.#parts = {
      store: parts.store,
      layouts: new LayoutMaps(parts.layouts),
      sources: parts.sources,
      onStoreError: parts.onStoreError,
    };
    const blocks = planBlocks(parts.registry);
    const makeClass = (domain: string, entity: Entity): EntityClass =>
      new EntityClass({
        ...{ entity, blocks, onTransformError: parts.onTransformError },
        classOf: (target) => this.classOf(domain, target),
      });
    for (const domain of parts.registry.domains) {
      const classes = new Map<string, EntityClass>();
      this.#classes.set(domain.name, classes);
      for (const [name, entity] of domain.entities) classes.set(name, makeClass(domain.name, entity));
    }
    for (const [tenant, entities] of parts.customizations ?? []) {
      const own = [...entities].map(([{ domain, name }, entity]): [EntityClass, EntityClass] => [
        this.classOf(domain, name),
        makeClass(domain, entity),
      ]);
      this.#customized.set(tenant, new Map(own));
    }
  }

  /** @throws {Error} for a name that the domain does not know: a fault of ours. */
  classOf(domain: string, entity: string): EntityClass {
    const found = this.findClass(domain, entity);
    if (found === undefined) throw new Error(`The domain ${domain} has no entity ${entity}.`);
    return found;
  }

  findClass(domain: string, entity: string): EntityClass | undefined {
    return this.#classes.get(domain)?.get(entity);
  }

  /** Whether a tenant has defaults or transforms of its own: programs made for all are then not for it. */
  isCustomized(tenant: string): boolean {
    return this.#customized.has(tenant);
  }

  /** What belongs to one request, found by the identity of its context. */
  reads(context: RequestContext): RequestReads {
    const requests: Pick<WeakMap<object, unknown>, 'get' | 'set'> = context.locals ?? this.#requests;
    const place = context.locals === undefined ? context : this;
    let reads = requests.get(place) as RequestReads | undefined;
    if (reads === undefined) {
      const own = this.#customized.get(context.tenant) ?? null;
      reads = new RequestReads(context, (forContext) => createBlockLoader(this.#parts, forContext), own);
      requests.set(place, reads);
    }
    return reads;
  }

  /** Where the features of a view stand in rows of other layouts, as far as they are known. */
  get segmentsOf(): SegmentsOf {
    return this.#parts.layouts.segmentsOf;
  }

  /** What decides the state of a view, as of now: to be asked once for each view of a request. */
  limits(context: RequestContext, view: View): ViewLimits {
    return viewLimits(this.#parts, context, view);
  }

  /** Reads blocks past the loader, within the deadline. @returns one slot each, or why none came. Never rejects. */
  readBlocks(
    context: RequestContext,
    reads: readonly BlockRead[],
    watchesSources: boolean,
  ): Promise<readonly BlockSlot[] | ReadFailure> {
    return readWithin(this.#parts, context, () => readSlots(this.#parts, context, reads, watchesSources));
  }

  /** What was read past the loader becomes part of what the request has read: nothing of it is read again. */
  async adopt(context: RequestContext, taken: readonly TakenBlocks[]): Promise<void> {
    const reads = this.reads(context);
    for (const { block, views, limits, entityKeys, slots } of taken) {
      const demand = reads.demand(block);
      views.forEach((view, i) => {
        demand.limits[view] ??= limits[i];
      });
      const loads = demand.adopt(views, entityKeys);
      const learned = learnLayouts(this.#parts, loads, slots);
      if (learned !== null) await learned;
      fillLoads(this.#parts, context, loads, slots);
    }
  }

  /**
   * Reads what these entities need and has not been read; a block is read with every view that the request
   * wants of it. Entities may repeat.
   * @returns `null` when nothing has to be waited for. Never rejects.
   */
  load(
    reads: RequestReads,
    entities: readonly RowBackedEntity[],
    needsOf: (entityClass: EntityClass) => readonly ViewNeed[],
  ): Promise<unknown> | null {
    const records: BlockRecord[] = [];
    let known: EntityClass | null = null;
    let needs: readonly ViewNeed[] = [];
    for (const entity of entities) {
      if (entity.$class !== known) {
        known = entity.$class;
        needs = needsOf(known);
        reads.want(needs);
      }
      if (needs.length > 0) known.collect(entity, needs, records);
    }
    return records.length === 0 ? null : reads.load(records);
  }
}
