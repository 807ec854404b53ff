/** What one execution of a row program knows and gathers. */
import type { EntityKey } from '../../../core/entity-key.ts';
import type { RequestContext } from '../../../core/request-context.ts';
import type { Given, RowBackedEntity } from '../../../features/row-backed-entity.ts';
import { ReadView, type ViewLimits } from '../../../features/view-state.ts';
import type { View } from '../../../registry/registry.ts';
import type { BlockRows } from '../../../stores/online-store.ts';
import type { CheckedVariables } from '../../coerce-variables.ts';
import type { ArgumentValues, RowArguments } from './row-arguments.ts';
import type { EntitiesRoot, RowDemand, RowPlace, RowProgram } from './row-program.ts';
import { StatusLetters } from './status-letters.ts';

/** The blocks of one demand that the request reads: each entity's once. */
export class DemandedBlocks {
  readonly demand: RowDemand;
  readonly indexes = new Map<EntityKey, number>();
  readonly keys: EntityKey[] = [];
  /** Of the first keys, those that were read. */
  readonly slots: BlockRows[] = [];
  /** By position; empty until the first of them are read. */
  limits: readonly ViewLimits[] = [];
  /** So many of them have become part of what the request has read. */
  adopted = 0;

  constructor(demand: RowDemand) {
    this.demand = demand;
  }
}

/** No entity: what would refer to one has a null in its key. */
export const NO_ENTITY = -1;

/** The entities of one place, in the order of the answer; one may be there more than once. */
export class PlaceRows {
  readonly place: RowPlace;
  readonly keys: EntityKey[] = [];
  /** Values of the join keys, as many for each entity. */
  readonly values: unknown[] = [];
  /** By source: the keys, where the domain has them in another form. */
  readonly otherKeys: (EntityKey[] | null)[];
  /** By read: index of each entity's block. */
  readonly blocks: Int32Array[] = [];
  /** By view: its state for the entity that is looked at. */
  readonly states: readonly ReadView[];
  /** By child: where in its place the entity's stands, or NO_ENTITY. */
  readonly children: Int32Array[] = [];
  /** By source; made where something is computed of them. */
  readonly entities: (RowBackedEntity[] | null)[];
  /** What the representation of each brought along; `null` where the domain takes nothing. */
  given: Given[] | null = null;
  /** The entity whose states `states` are. */
  current = NO_ENTITY;

  constructor(place: RowPlace) {
    this.place = place;
    this.states = place.views.map(({ view }) => new ReadView(view));
    this.otherKeys = place.sources.map(() => null);
    this.entities = place.sources.map(() => null);
  }
}

/** What a subgraph is asked for besides the operation; a client asks by the context's options. */
export interface RowAsk {
  readonly statuses: boolean;
  /** Of what representations bring along: variable → field → a letter per representation. */
  readonly inputStatuses: Readonly<Record<string, Readonly<Record<string, string>>>> | null;
}

/** Which entity stands where in the answer to representations: they may be of several places. */
export interface EntityOrder {
  readonly rows: readonly PlaceRows[];
  /** In its place. */
  readonly indexes: Int32Array;
}

export class RowRun {
  readonly program: RowProgram;
  readonly context: RequestContext;
  readonly variables: CheckedVariables;
  readonly places: readonly PlaceRows[];
  readonly demanded: readonly DemandedBlocks[];
  /** `null` where the answer tells no statuses. */
  readonly letters: StatusLetters | null;
  readonly ask: RowAsk | null;
  readonly orders = new Map<EntitiesRoot, EntityOrder>();
  readonly #arguments = new Map<RowArguments, ArgumentValues | null>();

  constructor(
    program: RowProgram,
    context: RequestContext,
    variables: CheckedVariables,
    ask: RowAsk | null = null,
  ) {
    this.ask = ask;
    this.program = program;
    this.context = context;
    this.variables = variables;
    const tellsStatuses = ask === null ? context.options.status === 'VALUES' : ask.statuses;
    this.letters = tellsStatuses ? new StatusLetters() : null;
    this.places = program.places.map((place) => new PlaceRows(place));
    this.demanded = program.demands.map((demand) => new DemandedBlocks(demand));
  }

  /** Decides what the states of these blocks' views depend on: once, when it is known how far their sources are. */
  limit(demanded: DemandedBlocks): void {
    if (demanded.limits.length > 0) return;
    const { block, views } = demanded.demand;
    const { reader } = this.program;
    demanded.limits = views.map((view) => reader.limits(this.context, block.views[view] as View));
  }

  /** Whether what one domain gives another comes with its statuses. */
  get tellsLetters(): boolean {
    return this.letters !== null || this.program.hasDependents;
  }

  /** @returns `null` where the subgraph would refuse them. */
  argumentsOf(args: RowArguments): ArgumentValues | null {
    let values = this.#arguments.get(args);
    if (values === undefined) {
      values = args.valuesOf(this.variables);
      this.#arguments.set(args, values);
    }
    return values;
  }

  /** Reads the states of an entity's views. @returns whether all of them could be read. */
  look(rows: PlaceRows, entity: number): boolean {
    if (rows.current === entity) return true;
    const { views } = rows.place;
    const { segmentsOf } = this.program.reader;
    for (let i = 0; i < views.length; i += 1) {
      const { read, position } = views[i] as (typeof views)[number];
      const { demand } = rows.place.reads[read] as RowPlace['reads'][number];
      const { slots, limits } = this.demanded[demand] as DemandedBlocks;
      const slot = slots[(rows.blocks[read] as Int32Array)[entity] as number] as BlockRows;
      const state = rows.states[i] as ReadView;
      if (state.read(limits[position] as ViewLimits, slot, position, segmentsOf).error !== null) return false;
    }
    rows.current = entity;
    return true;
  }
}
