/** Sends the logs of a folder to one sink, oldest first, and goes on where it was after a crash. */
import { setTimeout as pause } from 'node:timers/promises';
import { readLines } from './read-lines.ts';
import { readPosition, writePosition } from './sink-positions.ts';
import type { UsageKeeper } from './usage-keeper.ts';
import type { UsageSink } from './usage-sink.ts';

export interface UsageForwarderOptions {
  readonly folder: string;
  readonly name: string;
  readonly sink: UsageSink;
  readonly keeper: Pick<UsageKeeper, 'pendingFor' | 'reached' | 'gone'>;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly onSent: (bytes: number, lines: number) => void;
  readonly onFailed: (error: unknown, nextTryMs: number) => void;
}

/** About 500 events. */
const BATCH_MAX_BYTES = 256 * 1024;
/** How long events are gathered, where all before them are sent. */
const GATHER_MS = 250;
const RETRY_MIN_MS = 250;
const RETRY_MAX_MS = 30_000;
/** How long the end of the process waits for what is left; the next start sends the rest. */
const END_MAX_MS = 2_000;

export class UsageForwarder {
  readonly #options: UsageForwarderOptions;
  readonly #ending = new AbortController();
  readonly #ended = new AbortController();
  #running: Promise<void> | null = null;

  constructor(options: UsageForwarderOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Sends what is left, for a short time. */
  async close(): Promise<void> {
    this.#ending.abort();
    const timer = setTimeout(() => this.#ended.abort(), END_MAX_MS);
    await this.#running;
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#ended.signal.aborted) {
      try {
        const sent = await this.#sendNext();
        failures = 0;
        if (sent) continue;
        if (this.#ending.signal.aborted) return;
        await this.#wait(GATHER_MS);
      } catch (error) {
        failures += 1;
        const waitMs = retryMs(failures, this.#options.random);
        this.#options.onFailed(error, waitMs);
        if (this.#ending.signal.aborted) return;
        await this.#wait(waitMs);
      }
    }
  }

  /** @returns whether there was something. */
  async #sendNext(): Promise<boolean> {
    const { folder, name, sink, keeper, onSent } = this.#options;
    for (const { log, path, open } of keeper.pendingFor(name)) {
      const position = readPosition(folder, log, name);
      const lines = await readLines(path, position, BATCH_MAX_BYTES);
      if (lines === null) {
        keeper.gone(log);
        continue;
      }
      if (lines.length > 0) {
        await sink.send({ log, position, lines }, this.#ended.signal);
        writePosition(folder, log, name, position + lines.length);
        onSent(lines.length, countLines(lines));
        return true;
      }
      // Closed before it was read to its end: nothing comes any more.
      if (!open) keeper.reached(log, name);
    }
    return false;
  }

  async #wait(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#ending.signal, ref: false }).catch(() => {});
  }
}

function retryMs(failures: number, random: () => number): number {
  return Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** (failures - 1)) * (0.5 + random() / 2);
}

function countLines(lines: Buffer): number {
  let count = 0;
  for (let at = lines.indexOf('\n'); at >= 0; at = lines.indexOf('\n', at + 1)) count += 1;
  return count;
}
