import type { Command } from 'commander';
import { composeSupergraph } from '../../../gateway/compose.ts';
import { subgraphDefinitions } from '../../../gateway/subgraph-definitions.ts';
import { compileRegistry } from '../../registry/compile-registry.ts';
import { loadDomainSources } from '../../registry/domain-source.ts';
import { formatProblem } from '../../registry/format-problem.ts';
import type { Registry } from '../../registry/registry.ts';
import { type CommonOptions, configOf, withConfig } from '../common-options.ts';
import { examples } from '../examples.ts';
import { EXIT } from '../exit-codes.ts';
import { counted, note, paint, print, printJson } from '../output.ts';

/** `featuregraph check`: all mistakes of all domains at once, and whether they compose. */
export function addCheck(program: Command): void {
  withConfig(program.command('check'))
    .summary('find all mistakes in the schema')
    .description(
      'Reads every domain of the schema folder, tells all mistakes at once with file, line and mend, and composes them. Opens no store.',
    )
    .addHelpText(
      'after',
      examples(['check', 'exit code 1 when something is wrong'], ['check --json', 'for other tools']),
    )
    .action(runCheck);
}

async function runCheck(options: CommonOptions): Promise<void> {
  const config = await configOf(options);
  const { registry, problems } = compileRegistry(await loadDomainSources(config.schemaFolder));
  const composition =
    registry === null
      ? null
      : composeSupergraph(await subgraphDefinitions(registry.domains, config.subgraphs));
  const composing = composition === null || composition.ok ? [] : composition.problems;
  const found = problems.length + composing.length;
  if (found > 0) process.exitCode = EXIT.PROBLEMS;
  if (options.json === true) {
    printJson({ ok: found === 0, schema: problems, composition: composing });
  } else if (found === 0 && registry !== null) {
    print(`${paint.good('✓')} ${describeRegistry(registry)}; they compose.`);
  } else {
    for (const problem of problems) print(`${formatProblem(problem)}\n`);
    for (const { code, message } of composing) print(`${paint.bold(code)}  ${message}\n`);
    note(`${paint.bad('✗')} ${counted(found, 'problem')}.`);
  }
}

function describeRegistry({ domains, views }: Registry): string {
  const distinct = new Set(views.values());
  const stored = [...distinct].reduce((sum, view) => sum + view.features.length, 0);
  const entities = domains.flatMap(({ entities: own }) => [...own.values()]);
  const onDemand = entities.reduce((sum, entity) => sum + entity.onDemand.size, 0);
  return `${counted(domains.length, 'domain')}, ${counted(distinct.size, 'view')}, ${counted(stored + onDemand, 'feature')} (${onDemand} on demand)`;
}
