import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs programs as a user does who knows nothing of this repository. */
export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, with little of this process's environment. */
export function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

/** Without what vitest, npm and the launcher set, but with the user's own npm configuration. */
function environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !/^(?:NODE_|VITEST|FEATUREGRAPH_|npm_(?!config_))/i.test(name),
  ) as [string, string][];
  return { ...Object.fromEntries(kept), ...more };
}

/** The command line of the package that is installed in a project. */
export function featuregraph(
  project: string,
  node: string,
  args: readonly string[],
  nodeArgs: readonly string[] = [],
): Promise<Finished> {
  return run(node, [...nodeArgs, BIN, ...args], project);
}

const BIN = 'node_modules/.bin/featuregraph';

export interface Server {
  /** With a slash at its end. */
  readonly url: string;
  readonly apiKey: string;
  /** Ends it as Ctrl-C does. @returns its exit code. */
  stop(): Promise<number | null>;
}

/** @throws Error with all that was printed when it ends before it serves. */
export async function startServer(project: string, node: string, args: readonly string[]): Promise<Server> {
  const child = spawn(node, [BIN, ...args], {
    cwd: project,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  let text = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        text += chunk;
        if (text.includes('Ctrl-C ends it.')) resolve();
      });
    void closed.then(() => reject(new Error(`The server ended:\n${text}`)));
  });
  const [url, apiKey] = [/Explorer +(\S+)/, /API key +(\S+)/].map((pattern) => pattern.exec(text)?.[1] ?? '');
  const stop = async (): Promise<number | null> => {
    child.kill('SIGINT');
    return (await closed)[0];
  };
  return { url: url as string, apiKey: apiKey as string, stop };
}
