/** Programs of a benchmark as processes of their own, each kept to one core where the system can do that. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The contestants' core, one at a time, and the other one, for what drives them. */
export const CONTESTANT_CORE = 0;
export const LOAD_CORE = 1;

/** A child that does not answer for so long is stuck, and the benchmark with it. */
const ANSWER_MAX_MS = 600_000;

let canPin: boolean | undefined;

export function isPinned(): boolean {
  canPin ??= availableParallelism() >= 2 && spawnSync('taskset', ['-c', '0,1', 'true']).status === 0;
  return canPin;
}

export function describePinning(): string {
  return isPinned()
    ? `contestants on core ${CONTESTANT_CORE}, load from core ${LOAD_CORE}`
    : 'none: two cores and taskset are needed; contestants and load share what there is';
}

export interface PinnedProcess {
  /** What it said first. */
  readonly ready: unknown;
  /** Sends a message and waits for the next that comes back. One at a time. */
  ask(message: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * Starts a TypeScript program that speaks over IPC, with its standard output thrown away as a service's would be
 * sent elsewhere, and waits for its first message. `NODE_ENV=production`, as in every deployment.
 * @throws {Error} when it ends, or says nothing, before that.
 */
export async function startPinned(
  file: URL,
  argument: unknown,
  core: number,
  nodeFlags: readonly string[] = [],
): Promise<PinnedProcess> {
  const command = [process.execPath, ...nodeFlags, fileURLToPath(file), JSON.stringify(argument)];
  const [program, ...args] = isPinned() ? ['taskset', '-c', `${core}`, ...command] : command;
  const child = spawn(program as string, args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const ended = new Promise<void>((resolve) => {
    // Not `close`: that one never comes once the channel was closed from here (seen).
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  // Before the folder goes that it may be reading.
  const kill = (): void => void child.kill('SIGKILL');
  process.prependOnceListener('exit', kill);
  void ended.then(() => process.off('exit', kill));
  const ready = await nextMessage(child, file);
  return {
    ready,
    ask: async (message) => {
      const answer = nextMessage(child, file);
      child.send(message as object);
      return answer;
    },
    stop: async () => {
      // It ends by itself when nobody holds the other end.
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

function nextMessage(child: ChildProcess, file: URL): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      child.off('error', onError);
      end();
    };
    const onMessage = (message: unknown): void => settle(() => resolve(message));
    const onError = (error: Error): void => settle(() => reject(error));
    const onExit = (code: number | null, signal: string | null): void =>
      settle(() => reject(new Error(`${file.pathname} ended with ${code ?? signal} instead of answering.`)));
    const timer = setTimeout(
      () => settle(() => reject(new Error(`${file.pathname} did not answer within ${ANSWER_MAX_MS} ms.`))),
      ANSWER_MAX_MS,
    );
    child.on('message', onMessage);
    child.on('exit', onExit);
    child.on('error', onError);
  });
}
