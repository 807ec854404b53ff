import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFolder } from './run-command.ts';

const MAIN = path.resolve(import.meta.dirname, '../../src/cli/main.ts');
const folder = createFolder();
/** Holds a port that the commands are told to take. */
let holder: Server;
let port: string;

beforeAll(async () => {
  holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  port = String((holder.address() as { port: number }).port);
});
afterAll(() => {
  holder.close();
  folder.remove();
});

/** With a channel to the one that started it, as under the launcher. */
async function exitCodeOf(args: readonly string[]): Promise<unknown> {
  const child = fork(MAIN, [...args, '--data-folder', folder.path], {
    execArgv: ['--no-warnings'],
    silent: true,
  });
  const hung = setTimeout(() => child.kill('SIGKILL'), 30_000);
  const [code, signal] = await once(child, 'exit');
  clearTimeout(hung);
  return signal ?? code;
}

test.each([
  [['start', '--port', () => port], 2],
  [['start', '--admin-port', () => port, '--port', '0'], 2],
  [['gateway', '--port', () => port], 2],
  [['subgraph', 'nothing'], 2],
  [['push', 'aircraft_facts', 'nothing.csv'], 2],
  [['push', 'nothing', 'nothing.csv'], 2],
] as const)(
  '%j ends with its exit code, though its launcher lives on',
  async (args, code) => {
    expect(await exitCodeOf(args.map((one) => (typeof one === 'function' ? one() : one)))).toBe(code);
  },
  60_000,
);
