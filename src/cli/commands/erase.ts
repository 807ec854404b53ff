import type { Command } from 'commander';
import { eraseEntity } from '../../ingestion/erase.ts';
import { openWorkspace } from '../../workspace.ts';
import { audited } from '../audited.ts';
import { type CommonOptions, configOf, withData } from '../common-options.ts';
import { examples } from '../examples.ts';
import { EXIT } from '../exit-codes.ts';
import { note, paint, print, printJson } from '../output.ts';

/** `featuregraph erase <entity> <key…>`: physical removal of all that is kept of one entity. */
export function addErase(program: Command): void {
  withData(program.command('erase'))
    .argument('<entity>', 'name of its GraphQL type')
    .argument('<key...>', 'the entity key: one part per join key, in their order')
    .summary('remove all that is kept of one entity')
    .description(
      'Removes every row of one entity in one namespace from every store, of all domains. Unlike `delete`, nothing stays to hold back a late write: stop what writes first. The audit tells it, without the key.',
    )
    .addHelpText('after', examples(['erase Aircraft N14228', 'of the configured namespace']))
    .action(run);
}

async function run(entity: string, key: string[], flags: CommonOptions): Promise<void> {
  const workspace = await openWorkspace(await configOf(flags));
  try {
    const { config, registry, store } = workspace;
    const { namespace } = config;
    const result = await audited(
      config,
      { action: 'erase', target: entity, namespace },
      () => eraseEntity({ registry, store, namespace, entity, key }),
      ({ erased, failed }) => ({ accepted: erased.length, rejected: failed.length }),
    );
    if (result.failed.length > 0) process.exitCode = EXIT.UNREACHABLE;
    if (flags.json === true)
      return printJson({ ok: result.failed.length === 0, entity, namespace, ...result });
    for (const block of result.erased) print(`${paint.good('✓')} ${block}`);
    for (const { block, reason } of result.failed) print(`${paint.bad('✗')} ${block}: ${reason}`);
    if (result.failed.length > 0) note('Some could not be erased; run the command again.');
  } finally {
    await workspace.close();
  }
}
