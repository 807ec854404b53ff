/** Starts and kills gateways that are metered, as processes of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import type { ConfigInput } from '../../src/config.ts';
import type { Machine } from './other-machine.ts';
import type { Pause } from './pause-points.ts';

export interface GatewayChild {
  readonly url: string;
  /** SIGSTOP: it stands still, and its files stay as they are. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const started = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of started) child.kill('SIGKILL');
});

export async function startChild(
  flags: Partial<ConfigInput>,
  apiKey: string,
  pause: Pause | null,
  late = false,
  machine: Machine | null = null,
): Promise<GatewayChild> {
  const args = ['test/metering/run.ts', '--flags', JSON.stringify(flags)];
  if (machine !== null) args.push('--machine', JSON.stringify(machine));
  const child = spawn(
    process.execPath,
    [...args, ...(pause === null ? [] : ['--pause', JSON.stringify(pause)]), ...(late ? ['--late'] : [])],
    {
      cwd: REPOSITORY,
      env: { ...process.env, FEATUREGRAPH_API_KEY: apiKey },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  started.add(child);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  void ended.then(() => started.delete(child));
  let told = '';
  const url = await new Promise<string>((resolve, reject) => {
    const look = (chunk: Buffer): void => {
      told += chunk.toString();
      const found = /listening at (\S+)/.exec(told)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    void ended.then(() => reject(new Error(`The gateway ended at its start: ${told.slice(-2000)}`)));
  });
  return {
    url,
    signal: (signal) => void child.kill(signal),
    end: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
}
