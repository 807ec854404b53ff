import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { maskSecrets } from '../observability/mask-secrets.ts';

/**
 * All commands, in the order in which somebody new needs them. Only the one that is called is read: `check` must
 * not wait for a server's code.
 */
const COMMANDS: Commands = {
  dev: async () => (await import('./commands/dev.ts')).addDev,
  gateway: async () => (await import('./commands/gateway.ts')).addGateway,
  subgraph: async () => (await import('./commands/subgraph.ts')).addSubgraph,
  store: async () => (await import('./commands/store.ts')).addStore,
  tenant: async () => (await import('./commands/tenant.ts')).addTenant,
  audit: async () => (await import('./commands/audit.ts')).addAudit,
  usage: async () => (await import('./commands/usage.ts')).addUsage,
  bill: async () => (await import('./commands/bill.ts')).addBill,
  namespace: async () => (await import('./commands/namespace.ts')).addNamespace,
  check: async () => (await import('./commands/check.ts')).addCheck,
  diff: async () => (await import('./commands/diff.ts')).addDiff,
  compose: async () => (await import('./commands/compose.ts')).addCompose,
  publish: async () => (await import('./commands/publish.ts')).addPublish,
  'print-schema': async () => (await import('./commands/print-schema.ts')).addPrintSchema,
  query: async () => (await import('./commands/query.ts')).addQuery,
  explain: async () => (await import('./commands/explain.ts')).addExplain,
  cost: async () => (await import('./commands/cost.ts')).addCost,
  features: async () => (await import('./commands/features.ts')).addFeatures,
  lineage: async () => (await import('./commands/lineage.ts')).addLineage,
  push: async () => (await import('./commands/push.ts')).addPush,
  delete: async () => (await import('./commands/delete.ts')).addDelete,
  erase: async () => (await import('./commands/erase.ts')).addErase,
  get: async () => (await import('./commands/get.ts')).addGet,
  new: async () => (await import('./commands/new.ts')).addNew,
  completion: async () => (await import('./commands/completion.ts')).addCompletion,
};

type AddCommand = (program: Command) => void;

/** Name → how its command is read. */
export type Commands = Readonly<Record<string, () => Promise<AddCommand>>>;

/**
 * Nothing is run here.
 * @param called the first argument; all commands are there when it is none of them.
 * @param more commands that stand before these.
 */
export async function createProgram(called?: string, more: Commands = {}): Promise<Command> {
  const commands = { ...more, ...COMMANDS };
  const program = new Command('featuregraph')
    .description(packageJson.description)
    .version(packageJson.version)
    .showHelpAfterError('(`--help` shows how it is used)')
    .configureHelp({ sortOptions: true })
    .configureOutput({ writeErr: (text) => process.stderr.write(maskSecrets(text)) })
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 problems were found, 2 wrong usage or configuration, 3 something could not be reached.',
    );
  const one = called !== undefined && Object.hasOwn(commands, called) ? commands[called] : undefined;
  for (const load of one === undefined ? Object.values(commands) : [one]) (await load())(program);
  // Not inherited: every complaint becomes an exit code in run-command-line.ts.
  for (const command of withAllBelow(program)) command.exitOverride();
  return program;
}

function withAllBelow(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withAllBelow)];
}
