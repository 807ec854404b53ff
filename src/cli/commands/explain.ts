import type { Command } from 'commander';
import { findOperation } from '../../../gateway/documents/find-operation.ts';
import {
  type BlockSummary,
  type FetchSummary,
  type PlanSummary,
  type StepSummary,
  summarizePlan,
} from '../../engine/plan-summary.ts';
import type { SubgraphDocument } from '../../engine/subgraph-client.ts';
import { openServedGraph, type ServedGraph, subgraphOf } from '../../served-graph.ts';
import type { Subgraph } from '../../subgraph/build-subgraph.ts';
import { neededNow, viewsOfDocument } from '../../subgraph/document-views.ts';
import { openWorkspace } from '../../workspace.ts';
import { type CommonOptions, configOf, withData } from '../common-options.ts';
import { examples } from '../examples.ts';
import { counted, formatTable, paint, print, printJson } from '../output.ts';
import { parseVariables } from '../parse-variables.ts';
import { formatTree, type TreeNode } from '../tree.ts';

/** `featuregraph explain <operation>`: what an operation fetches, in which order, and which blocks that reads. */
export function addExplain(program: Command): void {
  withData(program.command('explain'))
    .argument('<operation>', 'a .graphql file, or a document of the manifest by id or operation name')
    .option('--operation <name>', 'which operation, where the document has several')
    .option('--variables <json>', 'JSON, or @ and a file: decides @skip and @include')
    .summary('show what an operation does and reads')
    .description(
      'Prints the plan as a tree and, for each wave of fetches, the blocks that are read for each entity. Fetches of one wave run at once; each wave waits for the one before.',
    )
    .addHelpText(
      'after',
      examples(
        ['explain examples/flights/operations/departure-features.graphql', 'a file'],
        ['explain DepartureFeatures --json', 'a document of the manifest, for other tools'],
      ),
    )
    .action(runExplain);
}

interface ExplainFlags extends CommonOptions {
  readonly operation?: string;
  readonly variables?: string;
}

async function runExplain(asked: string, flags: ExplainFlags): Promise<void> {
  const config = await configOf(flags);
  const workspace = await openWorkspace(config);
  try {
    const graph = await openServedGraph(workspace);
    try {
      const { text, document, operationName } = await findOperation(
        asked,
        flags.operation ?? null,
        config.documents.manifest,
        graph.engine.apiSchema,
      );
      const variables = parseVariables(flags.variables);
      const prepared = graph.engine.prepare(document, text, operationName);
      const summary = summarizePlan(prepared.planFor(variables), blocksOf(graph, variables));
      if (flags.json === true) printJson({ operation: prepared.label, hash: prepared.hash, ...summary });
      else printSummary(prepared.label, summary);
    } finally {
      await graph.close();
    }
  } finally {
    await workspace.close();
  }
}

/** Subgraphs that run elsewhere are not asked what they read. */
function blocksOf({ workspace }: ServedGraph, variables: Readonly<Record<string, unknown>>) {
  const subgraphs = new Map<string, Subgraph>();
  return (name: string, { document }: SubgraphDocument): readonly BlockSummary[] | null => {
    const isHere = workspace.registry.domains.some((domain) => domain.name === name);
    if (!isHere || workspace.config.subgraphs[name] !== undefined) return null;
    const subgraph = subgraphs.get(name) ?? subgraphOf(workspace, name);
    subgraphs.set(name, subgraph);
    const blocks = new Map<string, Set<string>>();
    for (const { block, view } of neededNow(
      viewsOfDocument(subgraph.schema, document, subgraph.needsOf),
      variables,
    )) {
      const views = blocks.get(block.block.id) ?? new Set();
      views.add(block.views[view]?.name ?? '');
      blocks.set(block.block.id, views);
    }
    return [...blocks].map(([block, views]) => ({ block, views: [...views].sort() }));
  };
}

function printSummary(label: string, { steps, fetches, waves }: PlanSummary): void {
  print(
    `${paint.bold(label)}: ${counted(fetches.length, 'fetch').replace('fetchs', 'fetches')} in ${counted(waves, 'wave')}\n`,
  );
  if (steps === null) {
    print('Nothing is fetched.');
    return;
  }
  print(formatTree([nodeOf(steps)]));
  const rows = fetches.flatMap(({ wave, subgraph, blocks }) =>
    (blocks ?? []).map(({ block, views }) => [String(wave), subgraph, block, views.join(', ')]),
  );
  if (rows.length === 0) {
    print('\nNo block is read: keys alone are asked for, or the subgraphs run elsewhere.');
    return;
  }
  print(`\n${formatTable(['wave', 'subgraph', 'block', 'views'], rows)}`);
  print('Each block is read once for each distinct entity key, all of a wave in one call.');
}

function nodeOf(step: StepSummary): TreeNode {
  if (step.kind !== 'fetch')
    return {
      text: paint.faint(step.kind === 'sequence' ? 'one after the other' : 'at once'),
      children: step.steps.map(nodeOf),
    };
  return { text: describeFetch(step) };
}

function describeFetch({ subgraph, entities, document }: FetchSummary): string {
  const at = entities.map(({ path, needs }) => `at ${path}, by ${needs}`).join('; ');
  return `${paint.bold(subgraph)}${at === '' ? '' : ` ${at}`}\n${paint.faint(document.trim())}`;
}
