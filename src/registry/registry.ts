import type { DocumentNode } from 'graphql';
import type { FeatureType } from '../core/feature-type.ts';

/**
 * The definitions, compiled from all SDL files at once and never changed after. The hot path reads these
 * tables and nothing else; a new schema is a new registry.
 */
export interface Registry {
  /** In the order of their names. */
  readonly domains: readonly Domain[];
  /** By `name` (the only version, or the highest) and by `name@version`. */
  readonly views: ReadonlyMap<string, View>;
  /** By block id. */
  readonly blocks: ReadonlyMap<string, Block>;
}

/** One SDL file: one team, one subgraph. */
export interface Domain {
  readonly name: string;
  /** Path of the file, as it is shown in messages. */
  readonly file: string;
  /** The file with header and definitions added: plain Federation 2 SDL. */
  readonly federatedSdl: string;
  readonly document: DocumentNode;
  /** What the team registered beside the file. */
  readonly code: DomainCode;
  /** Types with `@key`, by name: those with features here and the stubs of other domains' entities. */
  readonly entities: ReadonlyMap<string, Entity>;
  /** By the name of the root field. */
  readonly lookups: ReadonlyMap<string, Lookup>;
}

export interface JoinKey {
  readonly name: string;
  readonly type: FeatureType;
}

/** What one domain says about one entity. Two domains may each have features of the same entity. */
export interface Entity {
  readonly domain: string;
  readonly name: string;
  /** The fields of the first `@key`, in its order: they make the entity key. */
  readonly joinKeys: readonly JoinKey[];
  readonly blocks: readonly Block[];
  readonly views: readonly View[];
  /** Stored features by field name. */
  readonly features: ReadonlyMap<string, StoredFeature>;
  readonly onDemand: ReadonlyMap<string, OnDemandFeature>;
  readonly references: ReadonlyMap<string, Reference>;
  /** View by the field that tells its read. */
  readonly viewReads: ReadonlyMap<string, View>;
  /** `@external` fields that `@requires` brings in, by field name; their values come in the representation. */
  readonly externals: ReadonlyMap<string, FeatureType>;
}

/** Views of one entity in one domain that are kept, and read, together. */
export interface Block {
  /** `<domain>.<Entity>`, with `.<block>` where `@view(block:)` names one. */
  readonly id: string;
  readonly domain: string;
  readonly entity: string;
  readonly views: readonly View[];
}

export interface View {
  readonly name: string;
  readonly version: number;
  /** 32-bit hash of name and version; unique within its block. */
  readonly id: number;
  readonly domain: string;
  readonly entity: string;
  readonly blockId: string;
  readonly joinKeys: readonly JoinKey[];
  readonly ttlMs: number | null;
  readonly source: string | null;
  readonly sourceMaxLagMs: number | null;
  readonly availableAfterMs: number;
  readonly hot: 'ON_WRITE' | 'ON_READ' | 'ONLY';
  /** Name of a configured store that others write; `null` for our own. */
  readonly external: string | null;
  /** In the order of the layout. */
  readonly features: readonly StoredFeature[];
  readonly layout: Layout;
}

/** Names and types of a row's segments, in order. Rows remember its id, so that older ones stay readable. */
export interface Layout {
  /** CRC-32 of the names and type signatures. */
  readonly id: number;
  readonly names: readonly string[];
  readonly types: readonly FeatureType[];
}

export interface StoredFeature {
  /** The SDL field. */
  readonly field: string;
  /** Its name in rows and pushed files: the field's, unless `@feature(name:)` says otherwise. */
  readonly name: string;
  readonly view: View;
  /** Segment in the view's layout. */
  readonly index: number;
  readonly type: FeatureType;
  /** The default's JSON text; `null` where there is none. */
  readonly defaultJson: string | null;
  readonly onInvalid: 'REJECT' | 'NULL';
  readonly description: string;
  readonly tags: readonly string[];
}

export interface OnDemandFeature {
  readonly field: string;
  readonly transform: Transform;
  readonly inputs: readonly InputPath[];
  readonly type: FeatureType;
  readonly defaultJson: string | null;
  readonly description: string;
  readonly tags: readonly string[];
}

/** Where an input or a reference's key comes from: a join key, a feature or an `@external` field of the entity. */
export interface InputPath {
  readonly kind: 'joinKey' | 'feature' | 'onDemand' | 'external';
  readonly field: string;
}

export interface Reference {
  readonly field: string;
  /** The entity it leads to, as this domain knows it (often a stub). */
  readonly target: string;
  /** One path or argument per join key of the target, in their order. */
  readonly key: readonly (InputPath | { readonly kind: 'argument'; readonly name: string })[];
}

export interface Lookup {
  readonly field: string;
  readonly entity: string;
  /** `one`: an argument per join key. `list`: one list argument of keys, or of key inputs where composite. */
  readonly kind: 'one' | 'list';
  /** `one`: argument per join key, in order. `list`: a single argument. */
  readonly arguments: readonly string[];
  /** Most keys of one call, for lists. */
  readonly maxKeys: number;
}

/** A pure, deterministic function of features and arguments, registered by the domain beside its SDL. */
export interface Transform {
  readonly name: string;
  /** Parameter name → GraphQL type, as in SDL; in the order of `@onDemand(inputs:)`. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Name → GraphQL type of the field's arguments. */
  readonly arguments?: Readonly<Record<string, string>>;
  readonly output: string;
  /**
   * Called only when no input failed. An input is `null` where its feature is. Must not do I/O or keep state.
   * A result that does not have the output type is TRANSFORM_FAILED.
   */
  compute(inputs: Record<string, unknown>, args: Record<string, unknown>, context: TransformContext): unknown;
}

export interface TransformContext {
  /** The moment of the request, in ms since 1970: the only "now" that a transform may use. */
  readonly requestTimeMs: number;
}

/** What `schema/<domain>.ts` may export. */
export interface DomainCode {
  readonly transforms?: Readonly<Record<string, Omit<Transform, 'name'>>>;
  /** Type → field → resolver, for fields that a team serves by its own code. */
  readonly resolvers?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
