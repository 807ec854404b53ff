/**
 * An operation over features of this process, as tables: which blocks are read for which entities, and what is
 * written of each. A place stands for all entities that one field of the operation leads to.
 */
import type { BlockPlan } from '../../../features/block-plan.ts';
import type { EntityClass } from '../../../features/entity-class.ts';
import type { FeatureReader } from '../../../features/feature-reader.ts';
import type { JoinKey, Lookup, StoredFeature, View } from '../../../registry/registry.ts';
import type { Shape } from '../../interpreted/projection-table.ts';
import type { AnswerRoom } from './answer-room.ts';
import type { RowArguments } from './row-arguments.ts';
import type { RowRepresentations } from './row-representations.ts';

export interface RowProgram {
  readonly reader: FeatureReader;
  /** Every block that is read, with all views that the operation wants of it. */
  readonly demands: readonly RowDemand[];
  /** By index. */
  readonly places: readonly RowPlace[];
  /** The operation's fields, in the client's order. */
  readonly roots: readonly RootPiece[];
  /** Whether a domain computes features of another's: statuses then travel with what it is given. */
  readonly hasDependents: boolean;
  /** Of every feature that is answered, without list indexes: what its statuses are told under. */
  readonly paths: readonly string[];
  /** What its answers take. */
  readonly room: AnswerRoom;
}

export interface RowDemand {
  readonly block: BlockPlan;
  /** Indexes in the block's views, and their ids. */
  readonly views: readonly number[];
  readonly viewIds: readonly number[];
}

export type RootPiece =
  | { readonly kind: 'text'; readonly before: Buffer }
  | {
      readonly kind: 'lookup';
      /** From the comma or brace to the colon. */
      readonly before: Buffer;
      readonly lookup: Lookup;
      readonly args: RowArguments;
      readonly place: RowPlace;
    }
  | EntitiesRoot;

/** Entities by representations, as a gateway asks a subgraph for them. */
export interface EntitiesRoot {
  readonly kind: 'entities';
  readonly before: Buffer;
  readonly representations: RowRepresentations;
  /** By type; what is no entity here, or of which nothing is selected, is not among them. */
  readonly places: ReadonlyMap<string, RowPlace>;
}

export interface RowPlace {
  readonly index: number;
  readonly type: string;
  /** The values of these are what an entity of the place is known by. */
  readonly joinKeys: readonly JoinKey[];
  readonly sources: readonly RowSource[];
  readonly reads: readonly PlaceRead[];
  readonly views: readonly PlaceView[];
  readonly pieces: readonly RowPiece[];
  readonly children: readonly RowChild[];
  /** Whether something of its entities is computed. */
  readonly isComputed: boolean;
}

/** What one domain knows of the place's entities. */
export interface RowSource {
  readonly entityClass: EntityClass;
  /** Where the domain's join keys stand among the place's; `null` where they are the same. */
  readonly keyOrder: readonly number[] | null;
  /** What a gateway would send it besides the key; `null` where it takes nothing. */
  readonly given: readonly GivenInput[] | null;
  /** What is read of it here. */
  readonly needs: Parameters<EntityClass['collect']>[1];
}

/** A value of another domain that an on-demand feature takes. */
export interface GivenInput {
  readonly field: string;
  readonly source: number;
  /** In that source. */
  readonly from: string;
}

export interface PlaceRead {
  readonly source: number;
  readonly demand: number;
}

export interface PlaceView {
  /** Index of the place's read. */
  readonly read: number;
  /** Of the view in the demand. */
  readonly position: number;
  readonly view: View;
}

export const ROW_PIECE = {
  TEXT: 0,
  VALUES: 1,
  KEY: 2,
  SHAPED: 3,
  VIEW_READ: 4,
  COMPUTED: 5,
  CHILD: 6,
} as const;

/** Written of each entity, one after the other. `before`: from the comma or brace to the colon. */
export type RowPiece =
  | { readonly kind: typeof ROW_PIECE.TEXT; readonly before: Buffer }
  | ValuesPiece
  | {
      readonly kind: typeof ROW_PIECE.KEY;
      readonly before: Buffer;
      readonly key: number;
      readonly shape: Shape;
    }
  | {
      /** A stored value that is not copied as it stands. */
      readonly kind: typeof ROW_PIECE.SHAPED;
      readonly before: Buffer;
      readonly view: number;
      readonly feature: StoredFeature;
      readonly shape: Shape;
      /** Index of its path. */
      readonly path: number;
    }
  | {
      readonly kind: typeof ROW_PIECE.VIEW_READ;
      readonly before: Buffer;
      readonly view: number;
      readonly shape: Shape;
    }
  | {
      readonly kind: typeof ROW_PIECE.COMPUTED;
      readonly before: Buffer;
      readonly source: number;
      readonly field: string;
      readonly args: RowArguments | null;
      readonly shape: Shape;
      readonly path: number;
    }
  | {
      readonly kind: typeof ROW_PIECE.CHILD;
      readonly before: Buffer;
      /** Index of the place's child. */
      readonly child: number;
    };

/** Values of one view that are copied as they stand in its rows. */
export interface ValuesPiece {
  readonly kind: typeof ROW_PIECE.VALUES;
  /** Index of the place's view. */
  readonly view: number;
  /** What is written before each of them, all in one, and where in it each begins; one more for the end. */
  readonly text: Buffer;
  readonly starts: Int32Array;
  /** The same as words of eight bytes, two at least and the last filled up, and where those of each begin; one more for the end. */
  readonly words: Float64Array;
  readonly wordStarts: Int32Array;
  /** Their segments in the view's own layout. */
  readonly segments: Int32Array;
  /** What may stand in for each: its default, or null. */
  readonly defaults: readonly Buffer[];
  /** Bytes that a row of the view takes at most, besides its values; those are written at most `copies` times. */
  readonly room: number;
  readonly copies: number;
  readonly features: readonly StoredFeature[];
  /** Indexes of their paths. */
  readonly paths: Int32Array;
}

/** Entities that those of the place refer to: at most one each. */
export interface RowChild {
  readonly place: RowPlace;
  readonly source: number;
  readonly field: string;
  readonly nonNull: boolean;
  readonly args: RowArguments | null;
  /** How each part of the key is had; `null` where an entity must be made for it. */
  readonly key: readonly KeyPart[] | null;
  /** Whether the key can be had before the place's own rows are read. */
  readonly isKnownAhead: boolean;
}

export type KeyPart =
  | { readonly kind: 'argument'; readonly name: string }
  | { readonly kind: 'joinKey'; readonly index: number }
  | { readonly kind: 'feature'; readonly view: number; readonly feature: StoredFeature };
