import { mkdirSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import type { Command } from 'commander';
import { EXAMPLE_MOMENT_MS } from '../../../examples/flights/features.ts';
import { createApp } from '../../app.ts';
import type { Config } from '../../config.ts';
import { systemClock } from '../../core/clock.ts';
import type { Addresses } from '../../front.ts';
import { openWorkspace } from '../../workspace.ts';
import { type CommonOptions, configOf, parseMoment, withServer } from '../common-options.ts';
import { type Ending, watchForEnding } from '../ending.ts';
import { examples } from '../examples.ts';
import { holdAlone } from '../hold-alone.cjs';
import { type ExampleLoad, LoadInterrupted, loadExample } from '../load-example.ts';
import { counted, note, paint, print } from '../output.ts';
import { reloadOnChange } from '../reload-on-change.ts';
import { watchSchema } from '../watch-schema.ts';

/** `featuregraph start`: the flights example, loaded once, served on a clock that stands at its moment. */
export function addStart(program: Command): void {
  withServer(program.command('start'))
    .summary('serve the flights example')
    .description(
      'Loads three months of real flights into the embedded store (once), and serves them with gateway, four domains and explorer in one process, on a clock that stands at the data’s last hour.',
    )
    .addHelpText(
      'after',
      examples(
        ['start', 'as of 2013-04-01T04:00:00Z'],
        ['start --at 2013-02-01T12:00:00Z', 'as it was known then; in a folder of its own'],
      ),
    )
    .action(runStart);
}

async function runStart(options: CommonOptions): Promise<void> {
  const config = await exampleConfig(options);
  const ending = watchForEnding();
  const release = await holdFolder(config.dataFolder);
  try {
    for (const port of [config.port, config.adminPort]) await assertPortFree(config.host, port);
    await loadAndServe(config, ending);
  } catch (error) {
    if (!(error instanceof LoadInterrupted)) throw error;
    note(error.message);
  } finally {
    await release();
  }
}

/** Another moment gets a folder of its own, because a store keeps the newest rows only. */
async function exampleConfig(options: CommonOptions): Promise<Config> {
  const development = true;
  if (options.at === undefined || options.dataFolder !== undefined) {
    const config = await configOf(options, development);
    return config.clockAtMs === null
      ? configOf({ ...options, at: isoOf(EXAMPLE_MOMENT_MS) }, development)
      : config;
  }
  const standard = await configOf({ ...options, at: isoOf(parseMoment(options.at)) }, development);
  if (standard.clockAtMs === EXAMPLE_MOMENT_MS) return standard;
  const name = `at-${isoOf(standard.clockAtMs as number).replaceAll(':', '')}`;
  return configOf({ ...options, dataFolder: path.join(standard.dataFolder, name) }, development);
}

/** Two loads into one folder would undo each other's marks. Held by a socket, so that a kill frees it. */
async function holdFolder(dataFolder: string): Promise<() => Promise<void>> {
  try {
    mkdirSync(dataFolder, { recursive: true });
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new Error(
      `The data folder ${dataFolder} cannot be made (${reason}). Give this user the right to write there, or choose another by --data-folder.`,
      { cause },
    );
  }
  const release = await holdAlone(`data folder ${realpathSync(dataFolder)}`);
  if (release !== null) return release;
  throw new Error(
    `Another \`featuregraph start\` uses ${dataFolder}. End that one, or choose another folder by --data-folder (and another --port and --admin-port).`,
  );
}

/** Asked before anything is loaded: nobody should wait for a load to hear that. */
async function assertPortFree(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  }).catch((cause: NodeJS.ErrnoException) => {
    const what =
      cause.code === 'EADDRINUSE'
        ? `Port ${port} is in use. Stop what listens there`
        : `Port ${port} of ${host} cannot be listened on (${cause.code})`;
    throw new Error(`${what}, or choose another by --port or --admin-port (0 takes any free one).`, {
      cause,
    });
  });
  await new Promise((resolve) => server.close(resolve));
}

async function loadAndServe(config: Config, ending: Ending): Promise<void> {
  const watching = watchSchema(config.schemaFolder);
  const workspace = await openWorkspace(config);
  try {
    await announceLoad((onBegin) =>
      loadExample(workspace, config.clockAtMs as number, ending.signal, onBegin),
    );
    const app = await createApp(workspace, { defaultQuery: TRY_QUERY });
    try {
      announce(config, await app.listen());
      reloadOnChange(app, watching);
      await ending.wanted;
      watching.close();
      note('\nEnding …');
    } finally {
      await ending.close(() => app.close());
    }
  } finally {
    await workspace.close();
  }
}

async function announceLoad(load: (onBegin: () => void) => Promise<ExampleLoad>): Promise<void> {
  const startedMs = systemClock.monotonicMs();
  const { rows, views } = await load(() => note('Loading the flights example …'));
  const seconds = ((systemClock.monotonicMs() - startedMs) / 1000).toFixed(1);
  note(
    rows === 0
      ? `${paint.good('✓')} The flights example is loaded already.`
      : `${paint.good('✓')} Loaded ${counted(rows, 'row')} into ${counted(views, 'view')} in ${seconds} s.`,
  );
}

/** Four domains in one question: an aircraft, its last carrier, its last route and the weather where that began. */
const TRY_QUERY = `{
  aircraft(tailnum: "N14228") {
    model
    ageYears
    legs24h
    lastCarrier { name onTimeRate7d }
    lastRoute {
      distanceMiles
      arrivalDelay30dP90Min
      originAirport { name temperatureF departures1h }
    }
  }
}
`;

function announce(config: Config, { url, explorerUrl, adminUrl, apiKey }: Addresses): void {
  const body = JSON.stringify({ query: TRY_QUERY.replace(/\s+/g, ' ').trim() });
  print(`
${paint.bold('featuregraph')} serves the flights example as of ${isoOf(config.clockAtMs as number)}.

  GraphQL    ${paint.bold(`${url}/graphql`)}
  Explorer   ${explorerUrl ?? 'off'}
  Metrics    ${adminUrl}/metrics
  API key    ${apiKey}   ${paint.faint('(new at each start)')}

Try it:

  curl -s ${url}/graphql \\
    -H 'Authorization: Bearer ${apiKey}' \\
    -H 'Content-Type: application/json' \\
    -d '${body}'

Ctrl-C ends it.`);
}

function isoOf(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('.000Z', 'Z');
}
