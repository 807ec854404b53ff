import type { Command } from 'commander';
import { findOperation } from '../../../gateway/documents/find-operation.ts';
import { type ExplainedPlan, explainOperation } from '../../engine/explain-operation.ts';
import { describeCount } from '../../engine/key-count.ts';
import type { EntitySummary, FetchSummary, StepSummary } from '../../engine/plan-summary.ts';
import type { BlockReads } from '../../engine/read-waves.ts';
import { type CommonOptions, configOf, withConfig } from '../common-options.ts';
import { examples } from '../examples.ts';
import { openOfflineGraph } from '../offline-graph.ts';
import { counted, formatTable, paint, print, printJson } from '../output.ts';
import { parseVariables } from '../parse-variables.ts';
import { type PublishedOptions, withPublished } from '../published-option.ts';
import { formatTree, type TreeNode } from '../tree.ts';

/** `featuregraph explain <operation>`: what an operation fetches, in which order, and which blocks that reads. */
export function addExplain(program: Command): void {
  withPublished(withConfig(program.command('explain')))
    .argument(
      '<operation>',
      'a .graphql file, a text such as "{ __typename }", or a document of the manifest by id or operation name',
    )
    .option('--operation <name>', 'which operation, where the document has several')
    .option(
      '--variables <json>',
      'JSON, or @ and a file: decides @skip and @include, and how many blocks are read',
    )
    .summary('show what an operation does and reads')
    .description(
      'Prints the plan as a tree, and the blocks that each wave reads: the keys of a wave are known when the waves before it have been read. Variables that are not given stay open. Opens no store.',
    )
    .addHelpText(
      'after',
      examples(
        ['explain examples/flights/operations/departure-features.graphql', 'a file'],
        ['explain DepartureFeatures --json', 'a document of the manifest, for other tools'],
        [
          'explain AircraftFeatures --variables \'{"tailnums": ["N14228", "N24211"]}\'',
          'how many blocks two aircraft take',
        ],
      ),
    )
    .action(runExplain);
}

interface ExplainFlags extends CommonOptions, PublishedOptions {
  readonly operation?: string;
  readonly variables?: string;
}

async function runExplain(asked: string, flags: ExplainFlags): Promise<void> {
  const config = await configOf(flags);
  const { engine, subgraph } = await openOfflineGraph(config, flags);
  const { apiSchema } = engine;
  const { text, document, operationName } = await findOperation(
    asked,
    flags.operation ?? null,
    config.documents.manifest,
    apiSchema,
  );
  const prepared = engine.prepare(document, text, operationName);
  const variables = parseVariables(flags.variables);
  const explained = explainOperation({ prepared, apiSchema, variables, subgraph });
  if (flags.json === true) printJson(explained);
  else print(explained.plans.map((plan) => describePlan(explained.operation, plan)).join('\n\n'));
}

function describePlan(operation: string, plan: ExplainedPlan): string {
  const waves = plan.waves.filter((blocks) => blocks.length > 0).length;
  const choices = plan.choices.map(describeChoice).filter((choice) => choice !== '');
  const heading = [
    `${paint.bold(operation)}: ${plan.fetches === 1 ? '1 fetch' : `${plan.fetches} fetches`} in ${counted(waves, 'wave')}`,
    ...(choices.length === 0 ? [] : [`where ${choices.join(', or ')}`]),
  ].join(' ');
  const steps = plan.steps === null ? 'Nothing is fetched.' : formatTree([nodeOf(plan.steps)]);
  return [heading, steps, describeReads(plan), describeCost(plan), describeWay(plan)].join('\n\n');
}

function describeCost({ cost, waves }: ExplainedPlan): string {
  const isOpen = waves.flat().some(({ keys }) => Object.keys(keys.per).length > 0);
  return `Costs at most ${counted(cost, 'unit')}${isOpen ? ', with one key in each list that is not given' : ''}.`;
}

function describeWay({ interpreted }: ExplainedPlan): string {
  return interpreted === null
    ? 'Compiled: what subgraphs answer is checked and copied as bytes.'
    : `Interpreted: ${interpreted}.`;
}

function describeChoice(choice: Readonly<Record<string, boolean>>): string {
  return Object.entries(choice)
    .map(([variable, value]) => `$${variable} is ${value}`)
    .join(' and ');
}

function describeReads({ waves, unknown }: ExplainedPlan): string {
  const rows = waves.flatMap((blocks, i) =>
    blocks.map((reads) => [
      String(i + 1),
      reads.block,
      describeKeys(reads),
      reads.views.join(', '),
      reads.at.join(', '),
    ]),
  );
  const elsewhere =
    unknown.length === 0 ? [] : [`What ${unknown.join(', ')} read is not known here: they run elsewhere.`];
  if (rows.length === 0)
    return ['No block is read: keys alone are asked for.', ...elsewhere].slice(-1).join('');
  const table = formatTable(['wave', 'block', 'reads', 'views', 'at'], rows);
  const meaning = 'Each block is read once for each distinct entity key, all of a wave in one call.';
  return [table, meaning, ...elsewhere].join('\n');
}

function describeKeys({ keys, atMost }: BlockReads): string {
  return atMost ? `at most ${describeCount(keys)}` : describeCount(keys);
}

function nodeOf(step: StepSummary): TreeNode {
  if (step.kind === 'fetch') return { text: describeFetch(step) };
  return {
    text: paint.faint(step.kind === 'sequence' ? 'one after the other' : 'at once'),
    children: step.steps.map(nodeOf),
  };
}

function describeFetch({ subgraph, entities, document }: FetchSummary): string {
  const [first, ...more] = entities.flatMap(describeEntities);
  return [
    first === undefined ? paint.bold(subgraph) : `${paint.bold(subgraph)} ${first}`,
    ...more,
    ...document.split('\n').filter((line) => line.trim() !== ''),
  ].join('\n');
}

function describeEntities({ paths, needs, requires }: EntitySummary): string[] {
  return [
    `at ${paths.join(', ')}, by ${needs}`,
    ...requires.map(({ field, inputs }) => `${field} is computed from ${inputs}`),
  ];
}
