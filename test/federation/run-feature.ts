/** Runs a feature's cases through the gateway's parts and by graphql-js over one schema, and tells what differs. */
import { execute, type GraphQLSchema, parse, validate } from 'graphql';
import { composeSupergraph, loadSupergraph, type Supergraph } from '../../gateway/compose.ts';
import { createHivePlanner } from '../../gateway/planner/hive-planner.ts';
import type { PlanNode, Planner } from '../../src/engine/query-plan.ts';
import type { SubgraphClient } from '../../src/engine/subgraph-client.ts';
import { answerOf } from '../oracle/compare-with-oracle.ts';
import { createLocalClient } from '../oracle/local-client.ts';
import type { Case, Feature, SwitchedOff } from './feature.ts';
import { monolithOf, subgraphOf } from './records.ts';

export const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@interfaceObject", "@inaccessible", "@tag", "@authenticated", "@requiresScopes", "@policy", "@cost", "@listSize", "@extends"])
`;

export interface Answered {
  readonly data: unknown;
  /** Paths of the errors, sorted: messages and codes are each server's own. */
  readonly failed: readonly string[];
}

export interface Composed {
  readonly feature: Feature;
  readonly supergraph: Supergraph;
  readonly schemas: ReadonlyMap<string, GraphQLSchema>;
  readonly monolith: GraphQLSchema;
}

/** @param urlOf where each subgraph is; for subgraphs of this process any address will do. */
export function composeFeature(
  feature: Feature,
  urlOf: (subgraph: string) => string = (name) => `http://${name}.invalid/graphql`,
): Composed {
  const names = Object.keys(feature.subgraphs);
  const composition = composeSupergraph(
    names.map((name) => ({ name, url: urlOf(name), sdl: LINK + feature.subgraphs[name] })),
  );
  if (!composition.ok)
    throw new Error(`${feature.name}: ${composition.problems.map(({ message }) => message).join('\n')}`);
  const { supergraph } = composition;
  return {
    feature,
    supergraph,
    schemas: schemasOf(feature),
    monolith: monolithOf(supergraph.apiSchema, feature.records),
  };
}

export function schemasOf(feature: Feature): Map<string, GraphQLSchema> {
  return new Map(
    Object.entries(feature.subgraphs).map(([name, sdl]) => [
      name,
      subgraphOf(name, LINK + sdl, feature.records),
    ]),
  );
}

export async function expectedAnswer(
  { monolith, supergraph }: Composed,
  { text, variables }: Case,
): Promise<Answered> {
  const document = parse(text);
  const problems = validate(supergraph.apiSchema, document);
  if (problems.length > 0) throw new Error(`not valid: ${text}\n${problems.join('\n')}`);
  const result = await execute({ schema: monolith, document, variableValues: variables ?? {} });
  return answered(result);
}

/** Asks through planner and executor, over subgraphs of this process. */
export class Asking {
  readonly #composed: Composed;
  readonly #supergraph: Supergraph;
  readonly #planner: Planner;
  readonly asked: Record<string, number> = {};

  constructor(composed: Composed, { supergraph, plan }: Omit<SwitchedOff, 'what'> = {}) {
    this.#composed = composed;
    this.#supergraph =
      supergraph === undefined
        ? composed.supergraph
        : loadSupergraph(supergraph(composed.supergraph.supergraphSdl));
    const planner = createHivePlanner(this.#supergraph.supergraphSdl);
    this.#planner = {
      ...planner,
      plan: (...asked) => {
        const made = planner.plan(...asked);
        return made === null || plan === undefined ? made : plan(made);
      },
    };
  }

  async answer({ text, variables = {} }: Case): Promise<Answered> {
    const clients = new Map<string, SubgraphClient>();
    for (const [name, schema] of this.#composed.schemas) {
      this.asked[name] = 0;
      const onRequest = (): void => {
        this.asked[name] = (this.asked[name] ?? 0) + 1;
      };
      clients.set(name, { ...createLocalClient(name, schema, { onRequest }), checksValues: false });
    }
    const comparison = { supergraph: this.#supergraph, clients: () => clients, monolith: NONE, queries: [] };
    return answered(
      await answerOf({ text, variables }, comparison, this.#planner, (_: PlanNode | null) => {}),
    );
  }
}

const NONE = { schema: undefined as never, contextValue: () => undefined };

export function answered({
  data,
  errors = [],
}: {
  readonly data?: unknown;
  readonly errors?: readonly { readonly path?: readonly (string | number)[] | undefined }[] | undefined;
}): Answered {
  const failed = [...new Set(errors.map(({ path = [] }) => path.join('.')))].sort();
  return JSON.parse(JSON.stringify({ data: data ?? null, failed }));
}

/** What is wrong with an answer; `null` where nothing is. */
export function problemOf(
  one: Case,
  ours: Answered,
  theirs: Answered,
  asked: Readonly<Record<string, number>>,
): string | null {
  const [a, b] = [JSON.stringify(ours), JSON.stringify(theirs)];
  if (a !== b) return `${one.text}\n  ours   ${a}\n  theirs ${b}`;
  for (const [subgraph, times] of Object.entries(one.asked ?? {})) {
    if ((asked[subgraph] ?? 0) !== times)
      return `${one.text}\n  asked ${JSON.stringify(asked)}, expected ${JSON.stringify(one.asked)}`;
  }
  return null;
}

/** @returns a line per case that fails. */
export async function failingCases(
  composed: Composed,
  off: Omit<SwitchedOff, 'what'> = {},
): Promise<string[]> {
  const failing: string[] = [];
  let asking: Asking;
  try {
    asking = new Asking(composed, off);
  } catch (error) {
    return composed.feature.cases.map(({ text }) => `${text}\n  ${error}`);
  }
  for (const one of composed.feature.cases) {
    const theirs = await expectedAnswer(composed, one);
    try {
      const problem = problemOf(one, await asking.answer(one), theirs, asking.asked);
      if (problem !== null) failing.push(problem);
    } catch (error) {
      failing.push(`${one.text}\n  ${error instanceof Error ? error.stack : error}`);
    }
  }
  return failing;
}
