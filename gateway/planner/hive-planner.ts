/**
 * The only file that knows the query planner. Its plans are translated here, once per operation, into the
 * engine's words; a kind of node that we do not execute is refused here, and nothing of the planner's format
 * gets further.
 */
import * as native from '@graphql-hive/router-query-planner';
import { type DocumentNode, parse } from 'graphql';
import { FeaturegraphError } from '../../src/core/errors.ts';
import type {
  EntityFetch,
  PathSegment,
  PlanNode,
  Planner,
  RequiresSelection,
  Rewrite,
} from '../../src/engine/query-plan.ts';
import type { SubgraphDocument } from '../../src/engine/subgraph-client.ts';
import { readSupergraphFacts, type SupergraphFacts } from '../supergraph-facts.ts';
import { dependentsOf, keysOf } from './entity-needs.ts';
import { refuseUnplannable } from './refuse-unplannable.ts';

/** Share of requests that a percentage `@override` sends to the new subgraph: none until it is a setting. */
const OVERRIDE_PERCENTAGE = 0;

/** @throws FeaturegraphError when the planner cannot read the supergraph, or must not plan for it. */
export function createHivePlanner(supergraphSdl: string): Planner & { readonly facts: SupergraphFacts } {
  const facts = readSupergraphFacts(supergraphSdl);
  refuseUnplannable(facts);
  const planner = readSupergraph(supergraphSdl);
  return {
    facts,
    possibleTypes: facts.possibleTypes,
    plan(operationText, operationName) {
      const plan = planWith(planner, operationText, operationName);
      return plan.node == null ? null : new Translation(facts).node(plan.node, []);
    },
  };
}

function readSupergraph(supergraphSdl: string): native.QueryPlanner {
  try {
    return new native.QueryPlanner(supergraphSdl);
  } catch (error) {
    throw new FeaturegraphError(
      'INTERNAL_SERVER_ERROR',
      `The planner cannot read the supergraph: ${messageOf(error)}. Compose it again and check its version.`,
    );
  }
}

function planWith(
  planner: native.QueryPlanner,
  operationText: string,
  operationName: string | null,
): native.QueryPlan {
  try {
    return planner.plan(operationText, operationName, new Set(), OVERRIDE_PERCENTAGE);
  } catch (error) {
    // The document was validated before, so what the planner refuses is what it cannot do.
    throw new FeaturegraphError(
      'OPERATION_NOT_SUPPORTED',
      `No plan for this operation: ${messageOf(error)}. Ask for its parts in separate operations.`,
    );
  }
}

class Translation {
  readonly #facts: SupergraphFacts;

  constructor(facts: SupergraphFacts) {
    this.#facts = facts;
  }

  /** @param path where the entities of fetches below stand; empty at the root. */
  node(node: native.PlanNode, path: readonly PathSegment[]): PlanNode {
    switch (node.kind) {
      case 'Sequence':
        return { kind: 'sequence', nodes: node.nodes.map((child) => this.node(child, path)) };
      case 'Parallel':
        return { kind: 'parallel', nodes: node.nodes.map((child) => this.node(child, path)) };
      case 'Condition':
        return {
          kind: 'condition',
          variable: node.condition,
          ifTrue: node.ifClause ? this.node(node.ifClause, path) : null,
          ifFalse: node.elseClause ? this.node(node.elseClause, path) : null,
        };
      case 'Flatten':
        return this.node(node.node, [...path, ...node.path.map(pathSegment)]);
      case 'Fetch':
        return this.#fetch(node, path);
      case 'BatchFetch':
        return this.#batchFetch(node);
      default:
        throw unsupported(node.kind);
    }
  }

  #fetch(node: native.FetchNode, path: readonly PathSegment[]): PlanNode {
    const document = documentOf(node);
    const outputRewrites = (node.outputRewrites ?? []).map(rewrite);
    if (node.requires === undefined || node.requires.length === 0) {
      return {
        kind: 'fetch',
        subgraph: node.serviceName,
        document,
        variables: node.variableUsages ?? [],
        entities: [],
        outputRewrites,
      };
    }
    const entity = this.#entityFetch(node.serviceName, document.document, {
      alias: '_entities',
      representationsVariableName: 'representations',
      paths: [],
      requires: node.requires,
      ...(node.inputRewrites && { inputRewrites: node.inputRewrites }),
      ...(node.outputRewrites && { outputRewrites: node.outputRewrites }),
    });
    // The planner's paths of a single fetch start at the response, where `_entities` is its first key.
    const ofEntity = (output: Rewrite): Rewrite =>
      output.path[0]?.kind === 'field' && output.path[0].name === '_entities'
        ? { ...output, path: output.path.slice(1) }
        : output;
    return {
      kind: 'fetch',
      subgraph: node.serviceName,
      document,
      variables: node.variableUsages ?? [],
      entities: [{ ...entity, paths: [path], outputRewrites: outputRewrites.map(ofEntity) }],
      outputRewrites: [],
    };
  }

  #batchFetch(node: native.BatchFetchNode): PlanNode {
    const document = documentOf(node);
    return {
      kind: 'fetch',
      subgraph: node.serviceName,
      document,
      variables: node.variableUsages ?? [],
      entities: node.entityBatch.aliases.map((alias) =>
        this.#entityFetch(node.serviceName, document.document, alias),
      ),
      outputRewrites: [],
    };
  }

  #entityFetch(subgraph: string, document: DocumentNode, alias: native.EntityBatchAlias): EntityFetch {
    const requires = alias.requires.map(requiresSelection);
    return {
      responseKey: alias.alias,
      variable: alias.representationsVariableName,
      paths: alias.paths.map((path) => path.map(pathSegment)),
      requires,
      inputRewrites: (alias.inputRewrites ?? []).map(rewrite),
      outputRewrites: (alias.outputRewrites ?? []).map(rewrite),
      keys: keysOf(this.#facts, subgraph, requires),
      dependents: dependentsOf(this.#facts, subgraph, document, alias.alias),
    };
  }
}

function documentOf(node: native.FetchNode | native.BatchFetchNode): SubgraphDocument {
  if (node.operationKind === 'subscription') throw unsupported('Subscription');
  return {
    text: node.operation,
    document: parse(node.operation, { noLocation: true }),
    operationKind: node.operationKind ?? 'query',
  };
}

function pathSegment(segment: native.FlattenNodePathSegment): PathSegment {
  if (segment === '@') return { kind: 'list' };
  if ('Field' in segment) return { kind: 'field', name: segment.Field };
  return { kind: 'types', names: segment.TypeCondition };
}

function requiresSelection(selection: native.RequiresSelection): RequiresSelection {
  switch (selection.kind) {
    case 'Field':
      return {
        kind: 'field',
        name: selection.name,
        responseKey: selection.alias ?? selection.name,
        selections: selection.selections?.map(requiresSelection) ?? null,
      };
    case 'InlineFragment':
      return {
        kind: 'types',
        name: selection.typeCondition,
        skipIf: selection.skipIf ?? null,
        includeIf: selection.includeIf ?? null,
        selections: selection.selections.map(requiresSelection),
      };
    default:
      throw unsupported(selection.kind);
  }
}

function rewrite(rewrite: native.InputRewrite): Rewrite {
  if ('KeyRenamer' in rewrite) {
    return {
      kind: 'renameKey',
      path: rewrite.KeyRenamer.path.map(rewriteSegment),
      to: rewrite.KeyRenamer.renameKeyTo,
    };
  }
  const setter = 'ValueSetter' in rewrite ? rewrite.ValueSetter : rewrite;
  return { kind: 'setValue', path: setter.path.map(rewriteSegment), value: setter.setValueTo };
}

function rewriteSegment(segment: native.FetchNodePathSegment): PathSegment {
  return 'Key' in segment
    ? { kind: 'field', name: segment.Key }
    : { kind: 'types', names: segment.TypenameEquals };
}

function unsupported(kind: string): FeaturegraphError {
  return new FeaturegraphError(
    'OPERATION_NOT_SUPPORTED',
    `The plan has a ${kind} step, which is not executed here. Ask without subscriptions, @defer and @stream.`,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
