import type { Command } from 'commander';
import { EXAMPLE_MOMENT_MS } from '../../../examples/flights/features.ts';
import { openWorkspace } from '../../workspace.ts';
import { type CommonOptions, configOf, withData } from '../common-options.ts';
import { watchForEnding } from '../ending.ts';
import { examples } from '../examples.ts';
import { loadExample } from '../load-example.ts';
import { counted, paint, print, printJson } from '../output.ts';

/** `featuregraph load-example`: the flights example into the configured stores, for servers that run elsewhere. */
export function addLoadExample(program: Command): void {
  withData(program.command('load-example'))
    .summary('write the rows of the flights example, and end')
    .description(
      'Writes the rows of the flights example, as of the configured clock, into the configured stores. What is written already is left alone.',
    )
    .addHelpText(
      'after',
      examples(['load-example --config deploy/featuregraph.config.ts', 'before its servers']),
    )
    .action(runLoadExample);
}

async function runLoadExample(options: CommonOptions): Promise<void> {
  const config = await configOf(options);
  const ending = watchForEnding();
  const workspace = await openWorkspace(config);
  try {
    const { rows, views } = await loadExample(
      workspace,
      config.clockAtMs ?? EXAMPLE_MOMENT_MS,
      ending.signal,
      () => {},
    );
    if (options.json === true) printJson({ ok: true, rows, views });
    else if (rows === 0) print(`${paint.good('✓')} The flights example is loaded already.`);
    else print(`${paint.good('✓')} Loaded ${counted(rows, 'row')} into ${counted(views, 'view')}.`);
  } finally {
    await ending.close(() => workspace.close());
  }
}
