/**
 * The only file that knows the query planner. Its plans are translated here, once per operation, into the
 * engine's words; a kind of node that we do not execute is refused here, and nothing of the planner's format
 * gets further.
 */
import * as native from '@graphql-hive/router-query-planner';
import { type DocumentNode, parse, print, stripIgnoredCharacters } from 'graphql';
import { FeaturegraphError } from '../../src/core/errors.ts';
import type {
  EntityFetch,
  FetchNode,
  PathSegment,
  PlanNode,
  Planner,
  RequiresSelection,
  Rewrite,
} from '../../src/engine/query-plan.ts';
import { type ReadSupergraph, readSupergraph } from '../read-supergraph.ts';
import type { SupergraphFacts } from '../supergraph-facts.ts';
import { dependentsOf, keysOf } from './entity-needs.ts';
import { type AskedTypes, askedTypesIn, interfaceOf, ofAllTypes } from './interface-inputs.ts';
import { withInterfaceKeys } from './interface-keys.ts';
import { isRefusal } from './is-refusal.ts';
import { type OrderedSubgraphs, orderSubgraphs } from './order-subgraphs.ts';
import { type OverrideShares, sharesOf } from './override-shares.ts';
import { mixesMutations, type PlanText, planInParts } from './plan-in-parts.ts';
import { plannedText } from './planned-text.ts';
import { type SeparatedArguments, separateArguments } from './separate-arguments.ts';
import { splitEntities } from './split-entities.ts';

/** A draw that takes no share below the whole. */
const NONE_DRAWN = 99.99999999;

/**
 * @param supergraph read, or its text.
 * @param labelShares `@override` label → percent of the requests that take the new subgraph; 0 where not given. A
 *   label `percent(…)` says so itself.
 * @throws FeaturegraphError when the planner cannot read the supergraph.
 */
export function createHivePlanner(
  supergraph: ReadSupergraph | string,
  labelShares: Readonly<Record<string, number>> = {},
): Planner & { readonly facts: SupergraphFacts } {
  const { document, facts } = typeof supergraph === 'string' ? readSupergraph(supergraph) : supergraph;
  const separated = separateArguments(document);
  const shares = sharesOf(facts.overrideLabels, labelShares);
  const planners = orderSubgraphs(separated.supergraph, facts).map((ordered) => ({
    ordered,
    planner: openPlanner(plannedText(ordered.supergraph)),
  }));
  return {
    facts,
    possibleTypes: facts.possibleTypes,
    shares: shares.steps,
    plan(operationText, operationName, draw = NONE_DRAWN) {
      const planPart: PlanText = (text, part) => {
        let refusal: unknown;
        for (const { ordered, planner } of planners) {
          try {
            const plan = ofPart(planWith(planner, text, operationName, shares, draw), part);
            if (plan.node == null) return null;
            return new Translation(facts, separated, ordered, askedTypesIn(text, facts)).node(plan.node, []);
          } catch (error) {
            if (!isRefusal(error)) throw error;
            refusal ??= error;
          }
        }
        throw refusal;
      };
      let whole: PlanNode | null;
      try {
        whole = planPart(operationText, 0);
      } catch (refusal) {
        if (!isRefusal(refusal)) throw refusal;
        return planInParts(operationText, planPart, refusal);
      }
      return mixesMutations(whole) ? planInParts(operationText, planPart) : whole;
    },
  };
}

function openPlanner(supergraphSdl: string): native.QueryPlanner {
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
  shares: OverrideShares,
  draw: number,
): native.QueryPlan {
  try {
    return planner.plan(operationText, operationName, shares.labelsAt(draw), draw);
  } catch (error) {
    // The document was validated before, so what the planner refuses is what it cannot do.
    throw new FeaturegraphError(
      'OPERATION_NOT_SUPPORTED',
      `No plan for this operation: ${messageOf(error)}. Ask for its parts in separate operations.`,
    );
  }
}

/** The planner numbers its own aliases anew in each plan; those of several parts stand in one document. */
function ofPart(plan: native.QueryPlan, part: number): native.QueryPlan {
  if (part === 0) return plan;
  return JSON.parse(JSON.stringify(plan).replaceAll('_internal_qp_alias_', `_internal_qp_alias_${part}_`));
}

class Translation {
  readonly #facts: SupergraphFacts;
  readonly #separated: SeparatedArguments;
  readonly #ordered: OrderedSubgraphs;
  readonly #asked: AskedTypes;

  constructor(
    facts: SupergraphFacts,
    separated: SeparatedArguments,
    ordered: OrderedSubgraphs,
    asked: AskedTypes,
  ) {
    this.#facts = facts;
    this.#separated = separated;
    this.#ordered = ordered;
    this.#asked = asked;
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
        return this.#entityFetches(node, node.entityBatch.aliases);
      default:
        throw unsupported(node.kind);
    }
  }

  #fetch(node: native.FetchNode, path: readonly PathSegment[]): PlanNode {
    const outputRewrites = (node.outputRewrites ?? []).map(rewrite);
    if (node.requires === undefined || node.requires.length === 0) {
      const planned = parseOf(node);
      const completed = withInterfaceKeys(planned, this.#subgraphOf(node), this.#facts);
      return { ...this.#request(node, planned, completed), entities: [], outputRewrites };
    }
    const entities = this.#entityFetches(node, [
      {
        alias: '_entities',
        representationsVariableName: 'representations',
        paths: [],
        requires: node.requires,
        ...(node.inputRewrites && { inputRewrites: node.inputRewrites }),
      },
    ]);
    // The planner's paths of a single fetch start at the response, where `_entities` is its first key.
    const ofEntity = (output: Rewrite): Rewrite =>
      output.path[0]?.kind === 'field' && output.path[0].name === '_entities'
        ? { ...output, path: output.path.slice(1) }
        : output;
    return {
      ...entities,
      entities: entities.entities.map((entity) => ({
        ...entity,
        paths: [path],
        outputRewrites: outputRewrites.map(ofEntity),
      })),
    };
  }

  /** Entities of one request, apart where one representation cannot hold the inputs of all fields. */
  #entityFetches(
    node: native.FetchNode | native.BatchFetchNode,
    aliases: readonly native.EntityBatchAlias[],
  ): FetchNode {
    const subgraph = this.#subgraphOf(node);
    const planned = parseOf(node);
    let document = withInterfaceKeys(planned, subgraph, this.#facts);
    const parts = aliases.flatMap((alias): native.EntityBatchAlias[] => {
      const fetched = { ...alias, variable: alias.representationsVariableName };
      const split = splitEntities(document, fetched, (coordinate) =>
        this.#separated.inputsOf(subgraph, coordinate),
      );
      if (split === null) return [alias];
      document = split.document;
      return split.parts.map((part) => ({
        ...alias,
        alias: part.alias,
        representationsVariableName: part.variable,
        requires: part.requires,
      }));
    });
    const request = this.#request(node, planned, document);
    return {
      ...request,
      entities: parts.map((part) => this.#entityFetch(subgraph, request.document.document, part)),
      outputRewrites: [],
    };
  }

  #entityFetch(subgraph: string, document: DocumentNode, alias: native.EntityBatchAlias): EntityFetch {
    const inputRewrites = (alias.inputRewrites ?? []).map(rewrite);
    const requires = ofAllTypes(
      alias.requires.map((selection) => this.#requires(selection)),
      interfaceOf(inputRewrites),
      this.#asked,
      this.#facts.possibleTypes,
    );
    return {
      responseKey: alias.alias,
      variable: alias.representationsVariableName,
      paths: alias.paths.map((path) => path.map(pathSegment)),
      requires,
      inputRewrites,
      outputRewrites: (alias.outputRewrites ?? []).map(rewrite),
      keys: keysOf(this.#facts, subgraph, requires),
      dependents: dependentsOf(this.#facts, subgraph, document, alias.alias),
    };
  }

  /** @param changed the planner's document as it is sent. */
  #request(
    node: native.FetchNode | native.BatchFetchNode,
    planned: DocumentNode,
    changed = planned,
  ): Omit<FetchNode, 'entities' | 'outputRewrites'> {
    if (node.operationKind === 'subscription') throw unsupported('Subscription');
    const document = this.#separated.restore(changed);
    const text = document === planned ? node.operation : stripIgnoredCharacters(print(document));
    return {
      kind: 'fetch',
      subgraph: this.#subgraphOf(node),
      document: { text, document, operationKind: node.operationKind ?? 'query' },
      variables: node.variableUsages ?? [],
    };
  }

  #subgraphOf({ serviceName }: native.FetchNode | native.BatchFetchNode): string {
    return this.#ordered.nameOf(serviceName);
  }

  #requires(selection: native.RequiresSelection): RequiresSelection {
    switch (selection.kind) {
      case 'Field':
        return {
          kind: 'field',
          name: selection.name,
          responseKey: this.#separated.nameOf(selection.alias ?? selection.name),
          selections: selection.selections?.map((inner) => this.#requires(inner)) ?? null,
        };
      case 'InlineFragment':
        return {
          kind: 'types',
          name: selection.typeCondition,
          skipIf: selection.skipIf ?? null,
          includeIf: selection.includeIf ?? null,
          selections: selection.selections.map((inner) => this.#requires(inner)),
        };
      default:
        throw unsupported(selection.kind);
    }
  }
}

function parseOf(node: native.FetchNode | native.BatchFetchNode): DocumentNode {
  return parse(node.operation, { noLocation: true });
}

function pathSegment(segment: native.FlattenNodePathSegment): PathSegment {
  if (segment === '@') return { kind: 'list' };
  if ('Field' in segment) return { kind: 'field', name: segment.Field };
  return { kind: 'types', names: segment.TypeCondition };
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
