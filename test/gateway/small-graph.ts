/** A graph made in a test, asked through the executor. */
import { getOperationAST, type OperationDefinitionNode, parse, validate } from 'graphql';
import { composeSupergraph, type Supergraph } from '../../gateway/compose.ts';
import { createHivePlanner } from '../../gateway/planner/hive-planner.ts';
import type { ReadOptions, RequestContext } from '../../src/core/request-context.ts';
import { coerceVariables } from '../../src/engine/coerce-variables.ts';
import {
  type InterpretedResult,
  prepareInterpreted,
} from '../../src/engine/interpreted/prepare-interpreted.ts';
import type { SubgraphClient, SubgraphRequest, SubgraphResult } from '../../src/engine/subgraph-client.ts';
import { requestContext } from '../oracle/request-context.ts';

export const FEDERATION = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@inaccessible", "@interfaceObject", "@composeDirective"])
`;

/** What a subgraph needs to mark features, as the platform's own do. */
export const FEATURES = `${FEDERATION}
extend schema
  @link(url: "https://specs.featuregraph.dev/featuregraph/v1.0", import: ["@feature", "@onDemand"])
  @composeDirective(name: "@feature") @composeDirective(name: "@onDemand")
directive @feature(view: String) on FIELD_DEFINITION
directive @onDemand(transform: String) on FIELD_DEFINITION
`;

export function compose(sdls: Readonly<Record<string, string>>): Supergraph {
  const composition = composeSupergraph(
    Object.entries(sdls).map(([name, sdl]) => ({ name, url: `http://${name}.invalid/`, sdl })),
  );
  if (!composition.ok) throw new Error(composition.problems.map(({ message }) => message).join('\n'));
  return composition.supergraph;
}

type Answer = Partial<SubgraphResult> | Promise<Partial<SubgraphResult>>;

export interface Asked {
  readonly subgraph: string;
  readonly request: SubgraphRequest;
}

/** Subgraphs that answer what a function says; `asked` gathers what they were asked. */
export function scripted(
  answers: Readonly<Record<string, (request: SubgraphRequest) => Answer>>,
  asked: Asked[] = [],
): Map<string, SubgraphClient> {
  const clients = new Map<string, SubgraphClient>();
  for (const [name, answer] of Object.entries(answers)) {
    clients.set(name, {
      name,
      async execute(request) {
        asked.push({ subgraph: name, request });
        return { data: null, errors: [], statuses: {}, ...(await answer(request)) };
      },
      async close() {},
    });
  }
  return clients;
}

export interface Question {
  readonly supergraph: Supergraph;
  readonly clients: ReadonlyMap<string, SubgraphClient>;
  readonly text: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  readonly options?: Partial<ReadOptions>;
  readonly context?: RequestContext;
  readonly onFault?: (error: unknown, subgraph: string) => void;
}

export async function ask(question: Question): Promise<InterpretedResult> {
  const { supergraph, clients, text, variables = {}, operationName = null } = question;
  const document = parse(text);
  const problems = validate(supergraph.apiSchema, document);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const prepared = prepareInterpreted({
    document,
    operationName,
    apiSchema: supergraph.apiSchema,
    planner: createHivePlanner(supergraph.supergraphSdl),
    isFeature: supergraph.isFeature,
    ...(question.onFault && { onFault: question.onFault }),
  });
  const operation = getOperationAST(document, operationName) as OperationDefinitionNode;
  const result = await prepared.execute(
    coerceVariables(supergraph.apiSchema, operation, variables),
    question.context ?? requestContext(question.options),
    clients,
  );
  return JSON.parse(JSON.stringify(result));
}
