import cluster, { type Worker } from 'node:cluster';
import type { Addresses } from '../../front.ts';
import type { RestartPace } from './restart-pace.ts';
import { whenListening } from './worker-link.ts';

/** Worker processes that share a port: as many as wanted, each replaced when it ends unasked. */
export interface WorkerPoolOptions {
  readonly count: number;
  /** Added to the workers' environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly pace: RestartPace;
  readonly onListening: (worker: Worker) => void;
  readonly onExit: (worker: Worker, how: Ended) => void;
}

export interface Ended {
  /** Exit code, or the signal that ended it. */
  readonly by: number | string;
  /** Until another is started; `null` where none is. */
  readonly restartMs: number | null;
}

/** How the start ended: where workers listen, or the exit code of a worker that said itself what is wrong. */
export type Started = { readonly addresses: Addresses } | { readonly exitCode: number };

/** A worker that does not listen by then is ended, and counts as one that died. */
const START_MAX_MS = 60_000;
const EXIT_UNKNOWN = 1;

export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #restarts = new Set<NodeJS.Timeout>();
  /** Those that listen. */
  readonly #listening = new Set<Worker>();
  #ending = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  get listening(): readonly Worker[] {
    return [...this.#listening];
  }

  /** The first alone: what it makes in the data folder the others find, and what stops it would stop all. */
  async start(): Promise<Started> {
    const first = this.#fork();
    const exitCode = new Promise<number>((resolve) => {
      first.once('exit', (code) => resolve(code ?? EXIT_UNKNOWN));
    });
    const started = await Promise.race([
      whenListening(first).then((addresses) => ({ addresses })),
      exitCode.then((code) => ({ exitCode: code })),
    ]);
    if ('exitCode' in started || this.#ending) return started;
    this.#watch(first);
    this.#stand(first);
    await Promise.all(Array.from({ length: this.#options.count - 1 }, () => this.#add()));
    return started;
  }

  /** Tells all to end as a process of its own would be told, and waits. @param maxMs then they are killed. */
  async end(maxMs: number): Promise<void> {
    this.#ending = true;
    for (const timer of this.#restarts) clearTimeout(timer);
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    const kill = setTimeout(() => {
      for (const worker of workers) worker.process.kill('SIGKILL');
    }, maxMs);
    await Promise.all(
      workers.map((worker) => {
        const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
        // Not `worker.kill()`: that one takes the port from it before it has drained.
        worker.process.kill('SIGTERM');
        return worker.isDead() ? undefined : ended;
      }),
    );
    clearTimeout(kill);
  }

  #fork(): Worker {
    const worker = cluster.fork({ ...this.#options.environment });
    const late = setTimeout(() => worker.process.kill('SIGKILL'), START_MAX_MS);
    void whenListening(worker).then(() => clearTimeout(late));
    worker.once('exit', () => clearTimeout(late));
    // A message that could not be sent: the worker's end is told as such.
    worker.on('error', () => {});
    return worker;
  }

  /** Resolves when it listens or has ended. */
  #add(): Promise<void> {
    const worker = this.#fork();
    this.#watch(worker);
    return new Promise((resolve) => {
      worker.once('exit', () => resolve());
      void whenListening(worker).then(() => {
        this.#stand(worker);
        resolve();
      });
    });
  }

  #stand(worker: Worker): void {
    if (worker.isDead()) return;
    this.#listening.add(worker);
    this.#options.onListening(worker);
  }

  #watch(worker: Worker): void {
    worker.once('exit', (code: number | null, signal: string | null) => {
      this.#listening.delete(worker);
      const restartMs = this.#ending ? null : this.#options.pace.delayMs();
      this.#options.onExit(worker, { by: signal ?? code ?? EXIT_UNKNOWN, restartMs });
      if (restartMs === null) return;
      const timer = setTimeout(() => {
        this.#restarts.delete(timer);
        if (!this.#ending) void this.#add();
      }, restartMs);
      this.#restarts.add(timer);
    });
  }
}
