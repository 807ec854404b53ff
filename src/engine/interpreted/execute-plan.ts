/**
 * Walks a plan: asks the subgraphs, parallel steps at once, and merges what they answer into one tree. A
 * subgraph that fails costs the fields it was to supply and nothing else.
 */
import type { GraphQLFormattedError } from 'graphql';
import { FeaturegraphError } from '../../core/errors.ts';
import type { SubgraphDocument, SubgraphRequest, SubgraphResult } from '../subgraph-client.ts';
import { attachStatuses } from './attach-statuses.ts';
import type { FetchStep, PlanStep } from './compile-plan.ts';
import { EXPIRED } from './deadline.ts';
import { mergeEntities } from './merge-entities.ts';
import { markFailed, type PlanRun, subgraphFailure } from './plan-run.ts';
import { collectBatch, type EntityBatch } from './representations.ts';
import { applyRewrites, rewritePath } from './rewrites.ts';
import { isTreeObject, mergeObject } from './tree.ts';

export async function executeStep(step: PlanStep, run: PlanRun): Promise<void> {
  switch (step.kind) {
    case 'sequence':
      for (const child of step.steps) await executeStep(child, run);
      return;
    case 'parallel':
      await Promise.all(step.steps.map((child) => executeStep(child, run)));
      return;
    case 'condition': {
      const chosen = run.variables[step.variable] === true ? step.ifTrue : step.ifFalse;
      if (chosen !== null) await executeStep(chosen, run);
      return;
    }
    case 'fetch':
      await (step.entities.length === 0 ? fetchRoot(step, run) : fetchEntities(step, run));
  }
}

/** Tells every subgraph of this process what it will be asked, before anything is read. */
export function announcePlan(step: PlanStep, run: PlanRun): void {
  switch (step.kind) {
    case 'sequence':
    case 'parallel':
      for (const child of step.steps) announcePlan(child, run);
      return;
    case 'condition': {
      const chosen = run.variables[step.variable] === true ? step.ifTrue : step.ifFalse;
      if (chosen !== null) announcePlan(chosen, run);
      return;
    }
    case 'fetch': {
      const client = run.clients.get(step.node.subgraph);
      client?.announce?.(step.node.document, variablesOf(step, run), run.context);
    }
  }
}

function variablesOf(step: FetchStep, run: PlanRun): Record<string, unknown> {
  const variables: Record<string, unknown> = {};
  for (const name of step.node.variables) {
    if (Object.hasOwn(run.variables, name)) variables[name] = run.variables[name];
  }
  return variables;
}

async function fetchRoot(step: FetchStep, run: PlanRun): Promise<void> {
  const { node } = step;
  const result = await ask(step, variablesOf(step, run), undefined, run);
  try {
    if (result.data !== null) {
      if (run.statuses) attachStatuses(result.data, result.statuses);
      applyRewrites(result.data, node.outputRewrites, run.types);
      mergeObject(run.root, result.data, true, (type) => run.types.isAbstract(type));
    }
    for (const error of result.errors) {
      const located = { message: error.message, extensions: error.extensions ?? {} };
      if (error.path !== undefined && error.path.length > 0) {
        run.errors.addAtPath(run.root, rewritePath(error.path, node.outputRewrites), located);
      } else if (!markFailed(run, run.root, step.supplied, { ...located, rest: [] })) {
        run.unlocated.push({ ...located, rest: [] });
      }
    }
  } catch (error) {
    run.onFault(error, node.subgraph);
    markFailed(run, run.root, step.supplied, badResponse(node.subgraph));
  }
}

async function fetchEntities(step: FetchStep, run: PlanRun): Promise<void> {
  const { node } = step;
  const client = run.clients.get(node.subgraph);
  const isOurs = client?.rows !== undefined || client?.bytes?.tellsStatuses === true;
  const batches = step.entities.map((entity) => collectBatch(entity, run, isOurs));
  const variables = variablesOf(step, run);
  let inputStatuses: Record<string, Record<string, string>> | undefined;
  let isNeeded = false;
  for (const batch of batches) {
    const { variable } = batch.step.fetch;
    variables[variable] = batch.representations;
    if (batch.representations.length > 0) isNeeded = true;
    if (batch.inputStatuses !== null) inputStatuses = { ...inputStatuses, [variable]: batch.inputStatuses };
  }
  const answer = isNeeded ? await ask(step, variables, inputStatuses, run) : NOTHING;
  const result = { ...answer, errors: answer.errors.map((error) => ofBatch(error, step)) };
  if (result.data !== null && run.statuses) attachStatuses(result.data, result.statuses);
  const placed = new Set<GraphQLFormattedError>();
  for (const batch of batches) {
    try {
      mergeEntities(batch, result, node.subgraph, run, placed);
    } catch (error) {
      run.onFault(error, node.subgraph);
      failBatch(batch, node.subgraph, run);
    }
  }
  if (result.data === null) return;
  // Beside data that lacks nothing, it has no place.
  for (const error of result.errors) {
    if (error.path !== undefined || placed.has(error)) continue;
    run.unlocated.push({ message: error.message, extensions: error.extensions ?? {}, rest: [] });
  }
}

/** An error under none of the batches' keys belongs to all of them. */
function ofBatch(error: GraphQLFormattedError, step: FetchStep): GraphQLFormattedError {
  const key = error.path?.[0];
  if (step.entities.some((entity) => entity.fetch.responseKey === key)) return error;
  return { message: error.message, ...(error.extensions && { extensions: error.extensions }) };
}

const NOTHING: SubgraphResult = { data: null, errors: [], statuses: {} };

function failBatch(batch: EntityBatch, subgraph: string, run: PlanRun): void {
  for (const places of batch.places) {
    for (const place of places) markFailed(run, place, batch.step.supplied, badResponse(subgraph));
  }
}

/** Never rejects: whatever goes wrong is an error of everything that the fetch was to supply. */
async function ask(
  step: FetchStep,
  variables: Record<string, unknown>,
  inputStatuses: SubgraphRequest['inputStatuses'],
  run: PlanRun,
): Promise<SubgraphResult> {
  const { subgraph, document } = step.node;
  try {
    if (run.deadline.isOver) throw timeout(subgraph);
    const client = run.clients.get(subgraph);
    if (client === undefined) {
      throw new FeaturegraphError(
        'SUBGRAPH_UNAVAILABLE',
        `No server is known for the subgraph "${subgraph}". Configure its address.`,
      );
    }
    const request = requestOf(document, variables, inputStatuses, run);
    const result = await run.deadline.race(client.execute(request));
    if (result === EXPIRED) throw timeout(subgraph);
    if (result.data !== null && !isTreeObject(result.data)) return failed(badResponse(subgraph));
    if (result.data === null && result.errors.length === 0) return failed(badResponse(subgraph));
    return result;
  } catch (error) {
    if (!(error instanceof FeaturegraphError)) run.onFault(error, subgraph);
    return failed(subgraphFailure(error, subgraph));
  }
}

function requestOf(
  document: SubgraphDocument,
  variables: Record<string, unknown>,
  inputStatuses: SubgraphRequest['inputStatuses'],
  run: PlanRun,
): SubgraphRequest {
  const request = { document, variables, context: run.context, statuses: run.statuses };
  return inputStatuses === undefined ? request : { ...request, inputStatuses };
}

function failed(error: { message: string; extensions: Readonly<Record<string, unknown>> }): SubgraphResult {
  return { data: null, errors: [{ message: error.message, extensions: error.extensions }], statuses: {} };
}

function timeout(subgraph: string): FeaturegraphError {
  return new FeaturegraphError(
    'SUBGRAPH_TIMEOUT',
    `The subgraph "${subgraph}" did not answer within the request's deadline. Retry, or ask with a longer one.`,
  );
}

function badResponse(subgraph: string): ReturnType<typeof subgraphFailure> {
  return subgraphFailure(
    new FeaturegraphError(
      'SUBGRAPH_BAD_RESPONSE',
      `The subgraph "${subgraph}" answered something else than what it was asked. Its owner finds the request in its log.`,
    ),
    subgraph,
  );
}
