/** One writer or reader as its supervisor sees it: told commands, killed, and begun anew. */
import { type ChildProcess, fork } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../services/cache-folder.ts';
import { RECORD_BYTES } from './operation-log.ts';
import type { Answer, Command, ProcessOrders } from './orders.ts';

/** A first start on a busy machine loads all of the product. */
const ANSWER_WITHIN_MS = 60_000;
const PROGRAM = path.join(import.meta.dirname, 'run.ts');

export class Child {
  /** The log files of all its lives, in order. */
  readonly logFiles: string[] = [];
  readonly #orders: ProcessOrders;
  #process: ChildProcess | null = null;
  #isKilled = false;

  /** @param orders of the first life; a later one has a log file of its own and later writes. */
  constructor(orders: ProcessOrders) {
    this.#orders = orders;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Operations so far that are in the logs: what is sent and what is read. */
  get records(): number {
    return this.logFiles.reduce((sum, file) => sum + recordsIn(file), 0);
  }

  /** How it ended without having been killed; `null` while it lives. */
  get endedBy(): string | null {
    const { exitCode = null, signalCode = null } = this.#process ?? {};
    if (this.#isKilled || (exitCode === null && signalCode === null)) return null;
    return `${exitCode ?? signalCode}`;
  }

  /** Resolves when it works. */
  async start(): Promise<void> {
    const life = this.logFiles.length;
    const logFile = `${this.#orders.logFile}.${life}`;
    // What was sent is at most what stands in the logs.
    const orders = {
      ...this.#orders,
      logFile,
      seed: this.#orders.seed + 7919 * life,
      firstWrite: this.records,
    };
    this.logFiles.push(logFile);
    const child = fork(PROGRAM, ['--child', JSON.stringify(orders)], {
      execArgv: ['--no-warnings'],
      // Many processes load the same program at once: compiled once, it starts in half the time.
      env: { ...process.env, NODE_COMPILE_CACHE: cacheFolder('compiled') },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#process = child;
    this.#isKilled = false;
    await answerOf(child, 'START');
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    this.#isKilled = true;
    await new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGKILL');
    });
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(name);
  }

  /** @returns repairs that it has left. @throws {Error} when it does not answer, or is gone. */
  async tell(command: Command, withinMs = ANSWER_WITHIN_MS): Promise<number> {
    const child = this.#process as ChildProcess;
    const answered = answerOf(child, command.do, withinMs);
    child.send(command, () => {}); // one that is gone is told by its end
    return (await answered).pending;
  }
}

function recordsIn(file: string): number {
  return Math.floor((statSync(file, { throwIfNoEntry: false })?.size ?? 0) / RECORD_BYTES);
}

function answerOf(
  child: ChildProcess,
  done: Answer['done'],
  withinMs: number = ANSWER_WITHIN_MS,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      child.off('message', listen);
      child.off('exit', gone);
      settle();
    };
    const listen = (message: unknown): void => {
      if ((message as Answer).done === done) end(() => resolve(message as Answer));
    };
    const gone = (code: number | null, signal: string | null): void =>
      end(() => reject(new Error(`A process ended (${code ?? signal}) instead of ${done}.`)));
    const timer = setTimeout(
      () => end(() => reject(new Error(`A process did not do ${done} within ${withinMs} ms.`))),
      withinMs,
    );
    child.on('message', listen);
    child.on('exit', gone);
  });
}
