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
  readonly then: PlanNode | null;
  readonly otherwise: PlanNode | null;
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
}
export type PathSegment =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'list' }
  | { readonly kind: 'types'; readonly names: readonly string[] };

export type RequiresSelection =
  | {
      readonly kind: 'field';
      readonly name: string;
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
  /** @throws FeaturegraphError when the operation cannot be planned. `null`: nothing to fetch. */
  plan(operationText: string, operationName: string | null): PlanNode | null;
}
