import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Runs the command line as a user does: a process of its own, its texts and its exit code. */
const MAIN = path.resolve(import.meta.dirname, '../../src/cli/main.ts');

/** As the launcher sets it. */
const COMPILE_CACHE = path.resolve(import.meta.dirname, '../../node_modules/.cache/featuregraph');

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** All that was printed so far. */
  text(): string;
  /** Resolves when this was printed. @throws Error when the command ended before. */
  printed(what: string): Promise<void>;
  finished: Promise<Finished>;
}

export function startCommand(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: {
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      ...env,
    },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const finished = once(child, 'close').then(([status]) => ({
    status: status as number | null,
    stdout,
    stderr,
  }));
  const text = (): string => stdout + stderr;
  const printed = async (what: string): Promise<void> => {
    while (!text().includes(what)) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`It ended before it printed "${what}":\n${text()}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return { child, text, printed, finished };
}

export function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  return startCommand(args, env).finished;
}

/** A folder that is gone after the tests. */
export function createFolder(): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-cli-'));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
