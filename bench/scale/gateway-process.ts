/** `featuregraph gateway` started as its users start it, alone or with workers, and the CPU time of all its processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Contestant } from '../form/contestant.ts';
import { JSON_HEADERS } from '../form/contestant.ts';

export interface GatewayProcess extends Contestant {
  /** Of those that serve, each, in µs. */
  workersCpuUs(): number[];
  /** Sum of the metric's lines that have this text. */
  metric(name: string, having: string): Promise<number>;
}

const MAIN = path.resolve(import.meta.dirname, '../../src/cli/main.ts');
const READY_MAX_MS = 60_000;
const END_MAX_MS = 15_000;
const POLL_MS = 50;
/** Of the kernel's clock in `/proc`. */
const TICK_US = 10_000;
/** Of a line of `/proc/<pid>/stat`, after the name: user and system time. */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

/** @param folder filled by `fillStores`. @param config beyond its folders. */
export async function startGatewayProcess(
  name: string,
  folder: string,
  workers: number,
  config: object,
): Promise<GatewayProcess> {
  const file = path.join(folder, 'featuregraph.config.mjs');
  const own = { schemaFolder: 'schema', dataFolder: 'data', port: 0, adminPort: 0, drainMs: 0 };
  writeFileSync(file, `export default ${JSON.stringify({ ...own, ...config })};\n`);
  const args = [MAIN, 'gateway', '--config', file, '--anonymous', '--workers', `${workers}`];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.prependOnceListener('exit', kill);
  const told = await readAddresses(child);
  const serving = workers === 1 ? [child.pid as number] : childrenOf(child.pid as number);
  const all = [...new Set([child.pid as number, ...serving])];
  return {
    name,
    target: { origin: told.url, path: '/graphql', headers: JSON_HEADERS },
    cpuUs: async () => all.reduce((sum, pid) => sum + cpuUsOf(pid), 0),
    workersCpuUs: () => serving.map(cpuUsOf),
    ask: async () => null,
    metric: (metric, having) => readMetric(told.adminUrl, metric, having),
    stop: async () => {
      await end(child);
      process.off('exit', kill);
    },
  };
}

async function readAddresses(child: ChildProcess): Promise<{ url: string; adminUrl: string }> {
  let text = '';
  child.stderr?.on('data', (chunk) => {
    text += chunk;
  });
  const addressOf = (what: string): string | undefined =>
    new RegExp(`${what}\\s+\\S*?(http://[^/\\s]+)`).exec(text)?.[1];
  const endsMs = performance.now() + READY_MAX_MS;
  // The last line that is printed, by which all workers listen.
  while (!text.includes('Ctrl-C')) {
    if (child.exitCode !== null || performance.now() > endsMs)
      throw new Error(`The gateway did not start: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return { url: addressOf('GraphQL') as string, adminUrl: addressOf('Metrics') as string };
}

async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const kill = setTimeout(() => child.kill('SIGKILL'), END_MAX_MS);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(kill);
}

/** @throws {Error} where there is no `/proc`. */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

function cpuUsOf(pid: number): number {
  const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name may have spaces and parentheses in it.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) * TICK_US;
}

async function readMetric(adminUrl: string, name: string, having: string): Promise<number> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(name) && line.includes(having))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
