import type { Command } from 'commander';
import { systemClock } from '../../core/clock.ts';
import { FeaturegraphError } from '../../core/errors.ts';
import { describeFailure } from '../../stores/cassandra/cassandra-failures.ts';
import { type CassandraOptions, replicationOf } from '../../stores/cassandra/cassandra-options.ts';
import { initCassandraSchema, type SchemaInit } from '../../stores/cassandra/cassandra-schema.ts';
import { cassandraStartProblem } from '../../stores/cassandra/cassandra-start.ts';
import { type CommonOptions, configOf, withConfig } from '../common-options.ts';
import { examples } from '../examples.ts';
import { counted, note, paint, print, printJson } from '../output.ts';

/** `featuregraph store init`: the tables that featuregraph needs, in every Cassandra that is configured. */
export function addStore(program: Command): void {
  const parent = program
    .command('store')
    .summary('prepare stores')
    .description('Prepares the stores that are configured.');
  withConfig(parent.command('init'))
    .option('--dry-run', 'print the CQL that is missing, and change nothing')
    .summary('make the tables, or bring them to this version')
    .description(
      'Makes the keyspace and the tables of every store of kind cassandra, or brings them to the version of this program. Run it before the first start and before each new version; a second run changes nothing. Redis and the embedded store need no tables.',
    )
    .addHelpText(
      'after',
      examples(
        ['store init', 'all Cassandra stores of the configuration'],
        ['store init --dry-run > tables.cql', 'for somebody else to run'],
      ),
    )
    .action(initStores);
}

interface InitFlags extends CommonOptions {
  readonly dryRun?: boolean;
}

interface StoreInit extends SchemaInit {
  readonly store: string;
  readonly keyspace: string;
}

async function initStores(flags: InitFlags): Promise<void> {
  const { stores } = await configOf(flags);
  const dryRun = flags.dryRun === true;
  const done: StoreInit[] = [];
  for (const [store, options] of Object.entries(stores)) {
    if (options.kind !== 'cassandra') continue;
    const init = { store, keyspace: options.keyspace, ...(await initStore(store, options, dryRun)) };
    if (flags.json !== true) tell(init, dryRun);
    done.push(init);
  }
  if (flags.json === true) printJson({ ok: true, dryRun, stores: done });
  else if (done.length === 0) note('No store of kind cassandra is configured; the others need no tables.');
}

/** @throws {Error} that names the store and says what to do. */
async function initStore(store: string, options: CassandraOptions, dryRun: boolean): Promise<SchemaInit> {
  try {
    return await initCassandraSchema(options, replicationOf(options), systemClock, { dryRun });
  } catch (error) {
    if (error instanceof TypeError) throw new Error(`Store ${store}: ${error.message}`, { cause: error });
    const problem = cassandraStartProblem(error as Error, options);
    if (problem !== undefined) throw new Error(`Store ${store}: ${problem}`, { cause: error });
    const nodes = options.nodes.map(({ host, port }) => `${host}:${port}`).join(', ');
    throw new FeaturegraphError(
      'STORE_UNAVAILABLE',
      `Store ${store}: ${nodes} could not be asked: ${describeFailure(error as Error)}. What was done stays; run the command again.`,
    );
  }
}

/** The CQL is a result and goes to standard output alone, so that it can be given to another program. */
function tell({ store, keyspace, fromVersion, toVersion, statements }: StoreInit, dryRun: boolean): void {
  const say = dryRun ? note : print;
  if (statements.length === 0) {
    say(
      `${paint.good('✓')} ${store}: keyspace ${keyspace} has tables of version ${toVersion}; nothing to do.`,
    );
    return;
  }
  const from = fromVersion === 0 ? 'none' : `version ${fromVersion}`;
  const change = `keyspace ${keyspace} from ${from} to version ${toVersion}, ${counted(statements.length, 'statement')}`;
  if (dryRun) {
    note(`${store}: ${change}; not run.`);
    for (const statement of statements) print(`${statement.replaceAll(/^ {6}/gm, '')};\n`);
  } else print(`${paint.good('✓')} ${store}: ${change}.`);
}
