/**
 * What one request reads: which views of which blocks are wanted, and each block of each entity once, however
 * often and through whichever subgraph of the process it is reached.
 */
import type DataLoader from 'dataloader';
import type { EntityKey } from '../core/entity-key.ts';
import type { RequestContext } from '../core/request-context.ts';
import type { BlockPlan, ViewNeed } from './block-plan.ts';
import type { OwnClasses } from './entity-class.ts';
import type { ViewLimits, ViewState } from './view-state.ts';

/** What a request wants of one block, of whichever entity. */
export class BlockDemand {
  readonly plan: BlockPlan;
  /**
   * Indexes of the views that are read together. One list, unless views are announced after the first read has
   * begun: those make a further one, so that nothing is read twice.
   */
  readonly generations: number[][] = [];
  readonly records = new Map<EntityKey, BlockRecord>();
  /** By view: what decides its state, and the shared states of its failures. Filled by the loader. */
  readonly limits: (ViewLimits | undefined)[] = [];
  readonly timedOut: (ViewState | undefined)[] = [];
  readonly unavailable: (ViewState | undefined)[] = [];
  /** How many generations have gone to the store; until then, views that are wanted join in. */
  begun = 0;
  readonly #wanted: boolean[] = [];

  constructor(plan: BlockPlan) {
    this.plan = plan;
  }

  want(view: number): void {
    if (this.#wanted[view] === true) return;
    this.#wanted[view] = true;
    if (this.begun === this.generations.length) this.generations.push([]);
    (this.generations[this.generations.length - 1] as number[]).push(view);
  }

  /** These views have gone to the store. */
  begin(views: readonly number[]): void {
    this.begun = Math.max(this.begun, this.generations.indexOf(views as number[]) + 1);
  }

  /** As if the views had been read of these entities, in one call: the loads are to be filled with what came. */
  adopt(views: readonly number[], entityKeys: readonly EntityKey[]): BlockLoad[] {
    for (const view of views) this.want(view);
    const together = this.generations[this.generations.length - 1] as number[];
    this.begin(together);
    return entityKeys.map((entityKey) => {
      const record = this.record(entityKey);
      record.asked = this.generations.length;
      return { record, views: together };
    });
  }

  record(entityKey: EntityKey): BlockRecord {
    let record = this.records.get(entityKey);
    if (record === undefined) {
      record = new BlockRecord(this, entityKey);
      this.records.set(entityKey, record);
    }
    return record;
  }
}

/** One block of one entity. */
export class BlockRecord {
  readonly demand: BlockDemand;
  readonly entityKey: EntityKey;
  /** By index in the block's views; empty where not read. */
  readonly states: (ViewState | undefined)[] = [];
  /** How many of the demand's generations were asked for, and how many have been answered. */
  asked = 0;
  answered = 0;
  pending: Promise<unknown> | null = null;

  constructor(demand: BlockDemand, entityKey: EntityKey) {
    this.demand = demand;
    this.entityKey = entityKey;
  }
}

/** The loader's key: a block of an entity and the views that are read of it. Made once for each. */
export interface BlockLoad {
  readonly record: BlockRecord;
  readonly views: readonly number[];
}

export type BlockLoader = DataLoader<BlockLoad, BlockLoad>;

export class RequestReads {
  readonly context: RequestContext;
  /** Entities by class and key; kept here because they live as long as the request. */
  readonly entities = new Map<unknown, Map<EntityKey, unknown>>();
  readonly #demands = new Map<number, BlockDemand>();
  /** Class of the registry → the asking tenant's own; `null` where it has none. */
  readonly own: OwnClasses | null;
  readonly #createLoader: (context: RequestContext) => BlockLoader;
  #loader: BlockLoader | null = null;

  constructor(
    context: RequestContext,
    createLoader: (context: RequestContext) => BlockLoader,
    own: OwnClasses | null = null,
  ) {
    this.context = context;
    this.own = own;
    this.#createLoader = createLoader;
  }

  /** To be called before the reads that it shall be part of. */
  want(needs: readonly ViewNeed[]): void {
    for (const { block, view } of needs) this.demand(block).want(view);
  }

  demand(plan: BlockPlan): BlockDemand {
    let demand = this.#demands.get(plan.index);
    if (demand === undefined) {
      demand = new BlockDemand(plan);
      this.#demands.set(plan.index, demand);
    }
    return demand;
  }

  /**
   * Reads what is wanted of these blocks and has not been read.
   * @returns `null` when nothing has to be waited for. Never rejects: failures are states of views.
   */
  load(records: Iterable<BlockRecord>): Promise<unknown> | null {
    const waits: Promise<unknown>[] = [];
    const seen = new Set<BlockRecord>();
    for (const record of records) {
      if (seen.has(record)) continue;
      seen.add(record);
      const { generations } = record.demand;
      while (record.asked < generations.length) this.#ask(record, generations[record.asked] as number[]);
      if (record.pending !== null) waits.push(record.pending);
    }
    if (waits.length < 2) return waits[0] ?? null;
    return Promise.all(waits);
  }

  #ask(record: BlockRecord, views: readonly number[]): void {
    if (record.asked === 0) this.context.usage.blocks += 1;
    record.asked += 1;
    this.#loader ??= this.#createLoader(this.context);
    const loaded = this.#loader.load({ record, views });
    record.pending = record.pending === null ? loaded : Promise.all([record.pending, loaded]);
  }
}
