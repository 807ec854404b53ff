import type { Command } from 'commander';
import { findOperation } from '../../../gateway/documents/find-operation.ts';
import type { Config } from '../../config.ts';
import { systemClock } from '../../core/clock.ts';
import { createRequestContext } from '../../engine/create-request-context.ts';
import type { PreparedOperation } from '../../engine/engine.ts';
import { parseReadOptions } from '../../engine/read-options.ts';
import type { FieldCost, OperationCost } from '../../tenancy/cost/operation-cost.ts';
import { type CommonOptions, configOf, withConfig } from '../common-options.ts';
import { examples } from '../examples.ts';
import { openOfflineGraph } from '../offline-graph.ts';
import { counted, paint, print, printJson } from '../output.ts';
import { parseVariables } from '../parse-variables.ts';
import { type PublishedOptions, withPublished } from '../published-option.ts';
import { formatTree, type TreeNode } from '../tree.ts';

/** `featuregraph cost <operation>`: what a request costs at most, place by place. */
export function addCost(program: Command): void {
  withPublished(withConfig(program.command('cost')))
    .argument(
      '<operation>',
      'a .graphql file, a text such as "{ __typename }", or a document of the manifest by id or operation name',
    )
    .option('--operation <name>', 'which operation, where the document has several')
    .option('--variables <json>', 'JSON, or @ and a file: how many keys its lists have decides')
    .option('--bypass', 'as it is with `cache: BYPASS`')
    .option('--quorum', 'as it is with `consistency: QUORUM`')
    .summary('show what an operation costs')
    .description(
      'Prints what a request with these variables costs at most, for who may see all of it, and which places of its answer that comes from. One unit is one block read for one entity. Opens no store.',
    )
    .addHelpText(
      'after',
      examples(
        [
          'cost AircraftFeatures --variables \'{"tailnums": ["N14228", "N24211"]}\'',
          'a document of the manifest',
        ],
        ['cost ranking.graphql --variables @ranking.json --json', 'a file; for other tools'],
      ),
    )
    .action(runCost);
}

interface CostFlags extends CommonOptions, PublishedOptions {
  readonly operation?: string;
  readonly variables?: string;
  readonly bypass?: boolean;
  readonly quorum?: boolean;
}

async function runCost(asked: string, flags: CostFlags): Promise<void> {
  const config = await configOf(flags);
  const { engine } = await openOfflineGraph(config, flags);
  const { text, document, operationName } = await findOperation(
    asked,
    flags.operation ?? null,
    config.documents.manifest,
    engine.apiSchema,
  );
  const prepared = engine.prepare(document, text, operationName);
  const cost = costOf(prepared, flags);
  if (flags.json === true)
    printJson({ operation: prepared.label, maximum: config.cost.maximum, ...cost, fields: cost.fields });
  else print(describeCost(prepared.label, cost, config.cost));
}

function costOf(prepared: PreparedOperation, flags: CostFlags): OperationCost {
  const options = {
    ...(flags.bypass === true && { cache: 'BYPASS' }),
    ...(flags.quorum === true && { consistency: 'QUORUM' }),
  };
  const context = createRequestContext({
    requestId: 'cost',
    identity: { tenant: '', namespace: '', scopes: new Set() },
    options: parseReadOptions({ featuregraph: options }, { deadlineMs: 1, knownViews: null }),
    ...{ clock: systemClock, startedMs: 0 },
  });
  return prepared.costOf(parseVariables(flags.variables), context);
}

function describeCost(operation: string, cost: OperationCost, { maximum, weights }: Config['cost']): string {
  const heading = `${paint.bold(operation)}: at most ${counted(cost.total, 'unit')}`;
  const free = `The first ${weights.freeKib} KiB of an answer are free.`;
  const limit =
    cost.total > maximum
      ? paint.bad(`More than the ${counted(maximum, 'unit')} that one operation may cost: it is refused.`)
      : `One operation may cost ${counted(maximum, 'unit')}.`;
  return [formatTree([{ text: heading, children: nodesOf(cost.fields) }]), `${free} ${limit}`].join('\n\n');
}

/** Places under the places that they stand in, the dearest first. */
function nodesOf(fields: readonly FieldCost[], above = ''): TreeNode[] {
  const paths = new Set(fields.map(({ path }) => path));
  return fields
    .filter(({ path }) => path !== '' && parentOf(path, paths) === above)
    .map((field) => ({
      text: `${paint.bold(field.path.slice(above === '' ? 0 : above.length + 1))} ${describeField(field)}`,
      children: nodesOf(fields, field.path),
    }));
}

/** The nearest place around it that costs something. */
function parentOf(path: string, paths: ReadonlySet<string>): string {
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1))
    if (paths.has(path.slice(0, dot))) return path.slice(0, dot);
  return '';
}

function describeField(field: FieldCost): string {
  const parts = [
    ...(field.blocks > 0 ? [counted(field.blocks, 'block')] : []),
    ...(field.transforms > 0 ? [counted(field.transforms, 'transform')] : []),
    ...(field.remoteFetches > 0
      ? [field.remoteFetches === 1 ? '1 remote fetch' : `${field.remoteFetches} remote fetches`]
      : []),
    ...(field.foreignEntities > 0 ? [`${field.foreignEntities} asked elsewhere`] : []),
    `${field.kib.toFixed(1)} KiB`,
  ];
  const objects = field.objects > 1 ? `${field.objects} times: ` : '';
  return `${objects}${parts.join(', ')} = ${counted(Math.round(field.units * 10) / 10, 'unit')}`;
}
