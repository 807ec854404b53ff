/** A compiled operation: the fetches of its plan in their order, and how their answers become one. */
import type { FetchNode } from '../query-plan.ts';
import type { SubgraphBytes } from '../subgraph-client.ts';
import type { ProgramPlace } from './program-place.ts';
import type { Scan } from './scan-json.ts';

export type ProgramStep =
  | { readonly kind: 'sequence' | 'parallel'; readonly steps: readonly ProgramStep[] }
  | { readonly kind: 'fetch'; readonly fetch: ProgramFetch };

export interface ProgramFetch {
  readonly index: number;
  readonly node: FetchNode;
  readonly subgraph: SubgraphBytes;
  /** `{"query":"…","variables":{` */
  readonly head: Uint8Array;
  /** From the brace that ends the variables on. */
  readonly tail: Uint8Array;
  /** Checks the value of `data`. */
  readonly scan: Scan;
  /** Empty for a root fetch. */
  readonly entities: readonly ProgramEntities[];
}

/** Entities that a fetch completes. */
export interface ProgramEntities {
  /** `"representations":[` */
  readonly head: Uint8Array;
  /** Of the entities in its answer. */
  readonly table: number;
  readonly stride: number;
  readonly sites: readonly EntitySite[];
}

/** A place where such entities stand, and what is sent of each. */
export interface EntitySite {
  /** From the answer's root on. */
  readonly hops: readonly Hop[];
  readonly place: ProgramPlace;
  /** Where an object notes which entity it is. */
  readonly slot: number;
  /** `{"__typename":"User"` */
  readonly head: Uint8Array;
  readonly inputs: readonly EntityInput[];
  /** Each key as indexes of its inputs: one of them must be there whole. */
  readonly keys: readonly (readonly number[])[];
}

export interface EntityInput {
  readonly supply: number;
  readonly startSlot: number;
  readonly endSlot: number;
  /** `,"id":` */
  readonly before: Uint8Array;
}

/** One step on the way to a place. */
export interface Hop {
  readonly place: ProgramPlace;
  readonly supply: number;
  readonly slot: number;
  readonly isList: boolean;
  /** Of the rows that it leads to. */
  readonly table: number;
}

export interface Program {
  readonly root: ProgramStep;
  readonly fetchCount: number;
  /** Numbers of a row, by table. */
  readonly strides: readonly number[];
  readonly place: ProgramPlace;
}
