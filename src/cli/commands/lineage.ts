import type { Command } from 'commander';
import { composeSupergraph } from '../../../gateway/compose.ts';
import { type AskingOperation, operationsAsking } from '../../../gateway/documents/operations-asking.ts';
import { subgraphDefinitions } from '../../../gateway/subgraph-definitions.ts';
import { FeaturegraphError } from '../../core/errors.ts';
import { didYouMean } from '../../core/nearest-name.ts';
import { listFeatures } from '../../registry/feature-list.ts';
import { type Lineage, lineageOf } from '../../registry/lineage.ts';
import { CompositionError } from '../../served-graph.ts';
import { loadRegistry } from '../../workspace.ts';
import { type CommonOptions, configOf, withConfig } from '../common-options.ts';
import { examples } from '../examples.ts';
import { paint, print, printJson } from '../output.ts';
import { readStoredDocuments } from '../stored-documents.ts';
import { formatTree, type TreeNode } from '../tree.ts';

/** `featuregraph lineage <feature>`: where a feature comes from, what is made of it, and who asks for it. */
export function addLineage(program: Command): void {
  withConfig(program.command('lineage'))
    .argument('<feature>', '`Aircraft.seats`, or `seats` in whichever entity')
    .option('--operations <folder>', 'look for operations in its .graphql files too')
    .summary('show where a feature comes from and who uses it')
    .description(
      'Shows a feature’s source and view or its transform, the on-demand features and references that are made of it in any domain, and the operations that ask for it or for one of those: those of the manifest and of a folder.',
    )
    .addHelpText(
      'after',
      examples(
        ['lineage Aircraft.seats', 'one feature'],
        ['lineage seats --operations examples/flights/operations --json', 'for other tools'],
      ),
    )
    .action(runLineage);
}

interface LineageFlags extends CommonOptions {
  readonly operations?: string;
}

async function runLineage(asked: string, flags: LineageFlags): Promise<void> {
  const config = await configOf(flags);
  const { registry } = await loadRegistry(config.schemaFolder);
  const found = lineageOf(registry, asked);
  if (found.length === 0) {
    const known = listFeatures(registry).flatMap(({ coordinate, field }) => [coordinate, field]);
    throw new FeaturegraphError(
      'BAD_REQUEST',
      `No feature is called ${asked}.${didYouMean(asked, new Set(known))} Expected a coordinate such as Aircraft.seats; \`featuregraph features\` lists all.`,
    );
  }
  const composition = composeSupergraph(await subgraphDefinitions(registry.domains, config.subgraphs));
  if (!composition.ok) throw new CompositionError(composition.problems);
  const { apiSchema } = composition.supergraph;
  const documents = (await readStoredDocuments(config.documents.manifest, flags.operations)) ?? new Map();
  const told = found.map((lineage) => {
    const made = new Set([lineage.coordinate, ...lineage.feeds.map(({ coordinate }) => coordinate)]);
    return { ...lineage, operations: operationsAsking(apiSchema, documents, made) };
  });
  if (flags.json === true) printJson(told);
  else print(formatTree(told.map(nodeOf)));
}

function nodeOf({
  coordinate,
  domain,
  stored,
  computed,
  feeds,
  operations,
}: Lineage & { readonly operations: readonly AskingOperation[] }): TreeNode {
  const origin =
    stored === null
      ? {
          text: `computed by ${paint.bold(computed?.transform ?? '')} from ${computed?.inputs.join(', ') || 'arguments alone'}`,
        }
      : {
          text: `stored in ${paint.bold(stored.view)}, block ${stored.block}${stored.source === null ? '' : `, fed by the source ${paint.bold(stored.source)}`}`,
        };
  const fed = feeds.map(({ coordinate: taker, domain: where, kind, by, from }) => ({
    text:
      kind === 'ON_DEMAND'
        ? `${taker} (${where}) by ${by}, from ${from}`
        : `${taker} (${where}) leads to ${by}, by ${from}`,
  }));
  const asked = operations.map(({ operation, document }) => ({
    text: `${operation ?? 'an operation without a name'} ${paint.faint(document)}`,
  }));
  return {
    text: `${paint.bold(coordinate)} (${domain})`,
    children: [
      origin,
      { text: fed.length === 0 ? 'feeds nothing else' : 'feeds', children: fed },
      { text: asked.length === 0 ? 'no known operation asks for it' : 'asked for by', children: asked },
    ],
  };
}
