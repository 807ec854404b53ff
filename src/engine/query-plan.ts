import type { SubgraphDocument } from './subgraph-client.ts';

/** A plan in our words: what the planner's own format is translated into, once per operation. */
export type PlanNode = FetchNode | SequenceNode | ParallelNode | ConditionNode;

export interface SequenceNode {
  readonly kind: 'sequence';
  readonly nodes: readonly PlanNode[];
}
export interface ParallelNode {
  readonly kind: 'parallel';
  readonly nodes: readonly PlanNode[];
}
export interface ConditionNode {
  readonly kind: 'condition';
  readonly variable: string;
  readonly ifTrue: PlanNode | null;
  readonly ifFalse: PlanNode | null;
}
export interface FetchNode {
  readonly kind: 'fetch';
  readonly subgraph: string;
  readonly document: SubgraphDocument;
  /** Client variables that the document uses. */
  readonly variables: readonly string[];
  /** Empty for a root fetch; one per batch of representations otherwise. */
  readonly entities: readonly EntityFetch[];
  readonly outputRewrites: readonly Rewrite[];
}
/** Entities to be completed: where they are, what to send of each, and where the answer is found. */
export interface EntityFetch {
  /** Response key of `_entities` (aliased when several go in one request). */
  readonly responseKey: string;
  readonly variable: string;
  /** Where the entities stand; several paths when the planner batches. */
  readonly paths: readonly (readonly PathSegment[])[];
  readonly requires: readonly RequiresSelection[];
  readonly inputRewrites: readonly Rewrite[];
  readonly outputRewrites: readonly Rewrite[];
  /** The target's keys that `requires` covers: a representation without one whole, non-null key is not sent. */
  readonly keys: readonly TypeKey[];
  /** Fields that the target computes from `@requires` inputs: they fail with their inputs, their siblings do not. */
  readonly dependents: readonly Dependent[];
}
export interface TypeKey {
  readonly type: string;
  readonly fields: FieldSet;
}
export interface Dependent {
  readonly type: string;
  /** Response key in the fetch's document, after output rewrites. */
  readonly responseKey: string;
  readonly inputs: FieldSet;
}
/** A selection of field names, as in `@key` and `@requires`; arguments and type conditions are left out. */
export type FieldSet = readonly FieldSetEntry[];
export interface FieldSetEntry {
  readonly name: string;
  readonly fields: FieldSet | null;
}
export type PathSegment =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'list' }
  | { readonly kind: 'types'; readonly names: readonly string[] };

export type RequiresSelection =
  | {
      readonly kind: 'field';
      /** Where the value stands in the merged tree. */
      readonly name: string;
      /** What the representation calls it. */
      readonly responseKey: string;
      readonly selections: readonly RequiresSelection[] | null;
    }
  | {
      readonly kind: 'types';
      readonly name: string;
      readonly skipIf: string | null;
      readonly includeIf: string | null;
      readonly selections: readonly RequiresSelection[];
    };

export type Rewrite =
  | { readonly kind: 'setValue'; readonly path: readonly PathSegment[]; readonly value: unknown }
  | { readonly kind: 'renameKey'; readonly path: readonly PathSegment[]; readonly to: string };

/** The engine's side of the gateway's planner. */
export interface Planner {
  /** Of every interface and union of the supergraph, those that clients cannot see included. */
  readonly possibleTypes: ReadonlyMap<string, ReadonlySet<string>>;
  /**
   * The percentages, ascending, at which plans may change: `@override` sends such a share of the requests to
   * another subgraph. Not given where it does not.
   */
  readonly shares?: readonly number[];
  /**
   * @param draw from 0 to below 100, at random for each request: every share above it is taken. Not given: only the whole is.
   * @throws FeaturegraphError when the operation cannot be planned. `null`: nothing to fetch.
   */
  plan(operationText: string, operationName: string | null, draw?: number): PlanNode | null;
}
