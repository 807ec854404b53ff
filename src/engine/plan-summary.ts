/**
 * What a plan does, in words and numbers: its steps, and for each wave the blocks that are read. Pure; whoever
 * prints it decides how. (Tiers, ways of execution and cost join the summary when they exist.)
 */
import type { FetchNode, PathSegment, PlanNode, RequiresSelection } from './query-plan.ts';
import type { SubgraphDocument } from './subgraph-client.ts';

/** One block that a fetch reads for each of its entities. */
export interface BlockSummary {
  readonly block: string;
  readonly views: readonly string[];
}

export interface FetchSummary {
  readonly kind: 'fetch';
  readonly subgraph: string;
  /** From 1: fetches of one wave run at once, and wait for those of the wave before. */
  readonly wave: number;
  /** Where the entities stand that it completes, `aircraftList[].lastCarrier`; empty for a root fetch. */
  readonly entities: readonly { readonly path: string; readonly needs: string }[];
  readonly document: string;
  /** `null` for a subgraph that runs elsewhere: only it knows. */
  readonly blocks: readonly BlockSummary[] | null;
}

export interface GroupSummary {
  readonly kind: 'sequence' | 'parallel';
  readonly steps: readonly StepSummary[];
}

export type StepSummary = FetchSummary | GroupSummary;

export interface PlanSummary {
  /** `null`: nothing is fetched. */
  readonly steps: StepSummary | null;
  readonly fetches: readonly FetchSummary[];
  readonly waves: number;
}

/** Blocks that a document of a subgraph reads; `null` for one that runs elsewhere. */
export type BlocksOf = (subgraph: string, document: SubgraphDocument) => readonly BlockSummary[] | null;

/** @param plan made for one choice of the @skip and @include variables. */
export function summarizePlan(plan: PlanNode | null, blocksOf: BlocksOf): PlanSummary {
  const fetches: FetchSummary[] = [];
  const summarize = (node: PlanNode, wave: number): { step: StepSummary | null; waves: number } => {
    switch (node.kind) {
      case 'fetch': {
        const step = fetchSummary(node, wave, blocksOf);
        fetches.push(step);
        return { step, waves: wave };
      }
      case 'parallel': {
        const parts = node.nodes.map((child) => summarize(child, wave));
        return { step: group('parallel', parts), waves: Math.max(wave, ...parts.map(({ waves }) => waves)) };
      }
      case 'sequence': {
        let next = wave;
        const parts = node.nodes.map((child) => {
          const part = summarize(child, next);
          next = part.waves + 1;
          return part;
        });
        return { step: group('sequence', parts), waves: next - 1 };
      }
      case 'condition': {
        const branch = node.ifTrue ?? node.ifFalse;
        return branch === null ? { step: null, waves: wave - 1 } : summarize(branch, wave);
      }
    }
  };
  if (plan === null) return { steps: null, fetches, waves: 0 };
  const { step, waves } = summarize(plan, 1);
  return { steps: step, fetches, waves };
}

function group(
  kind: GroupSummary['kind'],
  parts: readonly { readonly step: StepSummary | null }[],
): StepSummary | null {
  const steps = parts.flatMap(({ step }) => step ?? []);
  return steps.length === 1 ? (steps[0] as StepSummary) : { kind, steps };
}

function fetchSummary(node: FetchNode, wave: number, blocksOf: BlocksOf): FetchSummary {
  return {
    kind: 'fetch',
    subgraph: node.subgraph,
    wave,
    entities: node.entities.flatMap(({ paths, requires }) =>
      paths.map((path) => ({ path: describePath(path), needs: describeRequires(requires) })),
    ),
    document: node.document.text,
    blocks: blocksOf(node.subgraph, node.document),
  };
}

/** `aircraftList[].lastCarrier` */
function describePath(path: readonly PathSegment[]): string {
  let text = '';
  for (const segment of path) {
    if (segment.kind === 'list') text += '[]';
    else if (segment.kind === 'field') text += text === '' ? segment.name : `.${segment.name}`;
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
