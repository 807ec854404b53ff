import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A real server as a child process with a folder of its own; tests kill, freeze and restart it by its id. */
export interface ServerProcess {
  readonly folder: string;
  readonly pid: number;
  /** The end of what it printed. */
  log(): string;
  /** SIGKILL, and waits until it is gone. Its data stays. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Starts it again in its folder after `kill`, and waits until it is ready. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

export interface ServerProgram {
  readonly name: string;
  readonly program: string;
  /** Given the server's folder, which exists. */
  readonly args: (folder: string) => readonly string[];
  /** Asked again and again until true; `log` is all that it printed since its start. */
  readonly isReady: (log: string) => boolean | Promise<boolean>;
  readonly readyWithinMs: number;
}

const READY_POLL_MS = 50;

/** What this process started: ended with it, also when it ends by an error. */
const running = new Map<ChildProcess, string>();
process.once('exit', () => {
  for (const [child, folder] of running) {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});

/** @throws {Error} with the end of its log when it dies or is not ready in time. */
export async function startServer(server: ServerProgram): Promise<ServerProcess> {
  const folder = mkdtempSync(path.join(tmpdir(), `featuregraph-${server.name}-`));
  const logFile = path.join(folder, 'server.log');
  const log = (): string => readFileSync(logFile, 'utf8');
  let child = await launch(server, folder, logFile);
  return {
    folder,
    get pid() {
      return child.pid as number;
    },
    log: () => log().slice(-4000),
    kill: () => end(child),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    restart: async () => {
      child = await launch(server, folder, logFile);
    },
    stop: async () => {
      await end(child); // its data goes, so there is nothing that it should save first
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function launch(server: ServerProgram, folder: string, logFile: string): Promise<ChildProcess> {
  const output = openSync(logFile, 'w');
  const child = spawn(server.program, server.args(folder), {
    cwd: folder,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  let startError: Error | undefined;
  child.once('error', (error) => {
    startError = error;
  });
  running.set(child, folder);
  child.once('exit', () => running.delete(child));
  const giveUpAtMs = performance.now() + server.readyWithinMs;
  for (;;) {
    const log = readFileSync(logFile, 'utf8');
    if (startError !== undefined || child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`${server.name} ended at its start: ${startError?.message ?? log.slice(-1000)}`);
    }
    if (await server.isReady(log)) return child;
    if (performance.now() > giveUpAtMs) {
      await end(child);
      throw new Error(`${server.name} was not ready after ${server.readyWithinMs} ms: ${log.slice(-1000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
  }
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
