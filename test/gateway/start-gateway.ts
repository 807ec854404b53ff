/** `featuregraph gateway` over the flights example as a process of its own, as in production. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { EXAMPLE_MOMENT_MS } from '../../examples/flights/features.ts';
import { createApiKey } from '../../src/tenancy/api-key.ts';

export interface GatewayProcess {
  readonly url: string;
  readonly adminUrl: string;
  /** Sends the header that lets its tenant in. */
  readonly headers: Readonly<Record<string, string>>;
  readonly child: ChildProcess;
  /** Lines of its log so far. */
  log(): Record<string, unknown>[];
  /** Sends the signal and waits for the end. @returns the exit code. */
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const started = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of started) child.kill('SIGKILL');
});

/**
 * @param env configuration by environment, without the prefix.
 * @param args on the command line.
 */
export async function startGateway(
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<GatewayProcess> {
  const apiKey = createApiKey(randomBytes).text;
  const settings = {
    ...{ PORT: '0', ADMIN_PORT: '0', LOG_LEVEL: 'info', API_KEY: apiKey },
    ...{ CLOCK_AT: new Date(EXAMPLE_MOMENT_MS).toISOString(), ...env },
  };
  const variables = Object.entries(settings).map(([name, value]) => [`FEATUREGRAPH_${name}`, value]);
  const child = spawn(process.execPath, ['src/cli/main.ts', 'gateway', ...args], {
    cwd: REPOSITORY,
    env: { ...process.env, ...Object.fromEntries(variables) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.add(child);
  let out = '';
  let told = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
    told += chunk;
  });
  child.stderr.on('data', (chunk) => {
    told += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  void ended.then(() => started.delete(child));
  const addressOf = (what: string) => new RegExp(`${what}\\s+.*?(http://[^/\\s]+)`).exec(told)?.[1];
  while (addressOf('Metrics') === undefined) {
    if (child.exitCode !== null) throw new Error(`The gateway ended with ${child.exitCode}: ${told}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    url: addressOf('GraphQL') as string,
    adminUrl: addressOf('Metrics') as string,
    headers: { authorization: `Bearer ${apiKey}` },
    child,
    log: () =>
      out
        .split('\n')
        .filter((line) => line.startsWith('{') && line.endsWith('}'))
        .map((line) => JSON.parse(line)),
    end: async (signal = 'SIGTERM') => {
      child.kill(signal);
      return await ended;
    },
  };
}
