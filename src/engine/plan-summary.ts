/**
 * What a plan does, in words and numbers: its steps, and what each wave reads. Pure; whoever prints it decides how.
 * (Tiers and cost join the summary when they exist.)
 */
import { responseKeyOf } from './interpreted/canonical-operation.ts';
import type {
  EntityFetch,
  FetchNode,
  FieldSet,
  PathSegment,
  PlanNode,
  RequiresSelection,
} from './query-plan.ts';
import { findReadWaves, type ReadWaves, type ReadWavesOptions } from './read-waves.ts';

export interface FetchSummary {
  readonly kind: 'fetch';
  readonly subgraph: string;
  /** Empty for a root fetch. */
  readonly entities: readonly EntitySummary[];
  readonly document: string;
}

/** Entities that a fetch completes. */
export interface EntitySummary {
  /** Where they stand: `aircraftList[].lastCarrier`. */
  readonly paths: readonly string[];
  /** What is sent of each: `Aircraft { tailnum seats }`. */
  readonly needs: string;
  /** Fields that are computed from what another domain owns: `Aircraft.longestRouteSeatMiles` from `seats`. */
  readonly requires: readonly { readonly field: string; readonly inputs: string }[];
}

export interface GroupSummary {
  readonly kind: 'sequence' | 'parallel';
  readonly steps: readonly StepSummary[];
}

export type StepSummary = FetchSummary | GroupSummary;

export interface PlanSummary extends ReadWaves {
  /** `null`: nothing is fetched. */
  readonly steps: StepSummary | null;
  readonly fetches: number;
}

/** The plan must be made for one choice of the @skip and @include variables. */
export function summarizePlan(options: ReadWavesOptions): PlanSummary {
  const fetches: FetchSummary[] = [];
  const steps = options.plan === null ? null : summarize(options.plan, fetches);
  return { steps, fetches: fetches.length, ...findReadWaves(options) };
}

function summarize(node: PlanNode, fetches: FetchSummary[]): StepSummary | null {
  switch (node.kind) {
    case 'fetch': {
      const fetch = fetchSummary(node);
      fetches.push(fetch);
      return fetch;
    }
    case 'condition': {
      const branches = [node.ifTrue, node.ifFalse].filter((branch) => branch !== null);
      return group(
        'parallel',
        branches.map((branch) => summarize(branch, fetches)),
      );
    }
    default:
      return group(
        node.kind,
        node.nodes.map((child) => summarize(child, fetches)),
      );
  }
}

function group(kind: GroupSummary['kind'], parts: readonly (StepSummary | null)[]): StepSummary | null {
  const steps = parts.filter((part) => part !== null);
  return steps.length < 2 ? (steps[0] ?? null) : { kind, steps };
}

function fetchSummary({ subgraph, document, entities }: FetchNode): FetchSummary {
  return { kind: 'fetch', subgraph, entities: entities.map(entitySummary), document: document.text };
}

function entitySummary({ paths, requires, dependents }: EntityFetch): EntitySummary {
  return {
    paths: paths.map(describePath),
    needs: describeRequires(requires),
    requires: dependents.map(({ type, responseKey, inputs }) => ({
      field: `${type}.${responseKeyOf(responseKey)}`,
      inputs: describeFields(inputs),
    })),
  };
}

function describeFields(fields: FieldSet): string {
  return fields
    .map(({ name, fields: inner }) => (inner === null ? name : `${name} { ${describeFields(inner)} }`))
    .join(' ');
}

/** `aircraftList[].lastCarrier` */
function describePath(path: readonly PathSegment[]): string {
  let text = '';
  for (const segment of path) {
    if (segment.kind === 'list') text += '[]';
    else if (segment.kind === 'field') text += (text === '' ? '' : '.') + responseKeyOf(segment.name);
    else text += `|${segment.names.join('|')}`;
  }
  return text;
}

/** `Aircraft { tailnum seats }`, without `__typename`, which is always sent. */
function describeRequires(requires: readonly RequiresSelection[]): string {
  return requires
    .flatMap((selection) => {
      if (selection.kind === 'types')
        return `${selection.name} { ${describeRequires(selection.selections)} }`;
      if (selection.name === '__typename') return [];
      const inner = selection.selections === null ? '' : ` { ${describeRequires(selection.selections)} }`;
      return selection.responseKey + inner;
    })
    .join(' ');
}
