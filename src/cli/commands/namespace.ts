import type { Command } from 'commander';
import { type CommonOptions, configOf, withConfig } from '../common-options.ts';
import { examples } from '../examples.ts';
import { formatTable, note, paint, print, printJson } from '../output.ts';
import { administer, withAdministration } from '../with-administration.ts';

/** `featuregraph namespace …`: whose rows there are. */
export function addNamespace(program: Command): void {
  const parent = program
    .command('namespace')
    .summary('whose rows there are')
    .description('Makes and lists namespaces: they own rows, and tenants are granted them.');
  withStore(parent.command('create'))
    .argument('<namespace>', 'its name')
    .summary('a new namespace')
    .description('Makes a namespace. A tenant has one of its own from the start; this is for shared ones.')
    .addHelpText(
      'after',
      examples(['namespace create bank', 'then: tenant grant fraud --grant-namespace bank']),
    )
    .action(async (name: string, flags: CommonOptions) => {
      await administer(flags, 'namespace.create', name, (administration) =>
        administration.createNamespace(name),
      );
      if (flags.json === true) printJson({ ok: true, namespace: name });
      else print(`${paint.good('✓')} Made the namespace ${name}.`);
    });
  withStore(parent.command('list'))
    .summary('all namespaces')
    .description('Lists all namespaces and the tenants that may read them.')
    .action(list);
}

function withStore(command: Command): Command {
  return withConfig(command).option('--data-folder <folder>', 'where the embedded store is');
}

async function list(flags: CommonOptions): Promise<void> {
  const { namespaces, tenants } = await withAdministration(await configOf(flags), (administration) =>
    administration.tenants(),
  );
  const rows = [...namespaces.keys()].toSorted().map((name) => ({
    name,
    tenants: [...tenants.values()]
      .filter((tenant) => tenant.namespaces.includes(name))
      .map((one) => one.name),
  }));
  if (flags.json === true) return printJson({ ok: true, namespaces: rows });
  if (rows.length === 0)
    return note('There are no namespaces. Make one:  featuregraph namespace create <name>');
  print(
    formatTable(
      ['namespace', 'granted to'],
      rows.map((row) => [row.name, row.tenants.join(', ') || '–']),
    ),
  );
}
