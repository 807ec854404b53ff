import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { isAddress } from '../../gateway/reload/supergraph-source.ts';
import { type Config, type ConfigInput, loadConfig } from '../config.ts';
import { toIsoDateTime } from '../core/feature-value.ts';

/** The options that many commands share, and the configuration they lead to. Names follow the configuration's. */
export interface CommonOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly schemaFolder?: string;
  readonly dataFolder?: string;
  readonly namespace?: string;
  readonly host?: string;
  readonly port?: number;
  readonly adminPort?: number;
  readonly at?: string;
  readonly supergraph?: string;
  readonly anonymous?: boolean;
}

export function withConfig(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (default: featuregraph.config.ts, if there is one)')
    .option('--schema-folder <folder>', 'where the SDL files are')
    .option('--json', 'print JSON');
}

export function withData(command: Command): Command {
  return withConfig(command)
    .option('--data-folder <folder>', 'where the embedded store is')
    .option('--namespace <name>', 'whose rows');
}

export function withServer(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (default: featuregraph.config.ts, if there is one)')
    .option('--schema-folder <folder>', 'where the SDL files are')
    .option('--data-folder <folder>', 'where the embedded store is')
    .option('--host <address>', 'address to listen on')
    .option('--port <number>', 'port of the graph; 0 takes a free one', parseWholeNumber)
    .option('--admin-port <number>', 'port of /metrics and health; 0 takes a free one', parseWholeNumber)
    .option('--at <moment>', 'stand still at a moment (ISO 8601, with a zone)', asMoment);
}

/** @throws ConfigurationError */
export function configOf(options: CommonOptions, development = false): Promise<Config> {
  const { schemaFolder, dataFolder, namespace, host, port, adminPort, at, supergraph, anonymous } = options;
  const flags = Object.fromEntries(
    Object.entries({
      schemaFolder: fromHere(schemaFolder),
      dataFolder: fromHere(dataFolder),
      namespace,
      host,
      port,
      adminPort,
      clock: at === undefined ? undefined : { at },
      supergraph: supergraph === undefined || isAddress(supergraph) ? supergraph : fromHere(supergraph),
      identity: anonymous === undefined ? undefined : { anonymous },
    }).filter(([, value]) => value !== undefined),
  ) as Partial<ConfigInput>;
  return loadConfig({
    development,
    flags,
    ...(options.config === undefined ? {} : { file: options.config }),
  });
}

/** A path in the file is meant from the file's folder; one that is typed, from where one stands. */
function fromHere(folder: string | undefined): string | undefined {
  return folder === undefined ? undefined : path.resolve(folder);
}

export function parseWholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError(`Expected a whole number, got "${text}".`);
  return Number(text);
}

/** More processes than any machine has cores are a slip of the hand. */
const WORKERS_MAX = 256;

export function parseWorkerCount(text: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > WORKERS_MAX)
    throw new InvalidArgumentError(`Expected a whole number from 1 to ${WORKERS_MAX}, got "${text}".`);
  return count;
}

/** @returns the moment in ISO 8601. */
export function asMoment(text: string): string {
  return new Date(parseMoment(text)).toISOString();
}

/** @returns milliseconds since 1970. */
export function parseMoment(text: string): number {
  const iso = toIsoDateTime(text);
  if (iso === undefined)
    throw new InvalidArgumentError(
      `Expected a moment such as 2013-04-01T04:00:00Z (ISO 8601, with a zone), got "${text}".`,
    );
  return Date.parse(iso);
}
