/** Everything that metering is in a running process: the log of answers, its keeper, and a forwarder for each sink. */
import type { Clock } from '../../core/clock.ts';
import type { RequestSettled } from '../request-settled.ts';
import { UsageForwarder } from './usage-forwarder.ts';
import { UsageKeeper } from './usage-keeper.ts';
import { UsageLog } from './usage-log.ts';
import type { UsageSink } from './usage-sink.ts';

export interface UsageRecorderOptions {
  readonly folder: string;
  /** Of all logs in the folder. */
  readonly maxBytes: number;
  readonly sinks: ReadonlyMap<string, UsageSink>;
  /** See `UsageLogOptions`. */
  readonly processId: string;
  readonly customizationOf: (tenant: string) => string | null;
  readonly wallClock: Clock;
  readonly random: () => number;
  readonly observer: UsageObserver;
}

/** Told what happens, for metrics and the log. */
export interface UsageObserver {
  recorded(): void;
  /** `unwritten`: the disk failed. `unsent`: the folder was full before every sink had them. */
  lost(why: 'unwritten' | 'unsent', events: number, cause: unknown): void;
  sent(sink: string, events: number): void;
  failed(sink: string, error: unknown, nextTryMs: number): void;
  /** The folder could not be looked through; it is tried again. */
  unkept(error: unknown): void;
}

export const FILE_MAX_BYTES = 16 * 1024 * 1024;
/** A folder holds at least so many files, so that removing the oldest does not remove nearly all. */
const FILES_MIN = 8;
const KEEP_EVERY_MS = 10_000;

export class UsageRecorder {
  readonly #observer: UsageObserver;
  readonly #log: UsageLog;
  readonly #keeper: UsageKeeper;
  readonly #forwarders: readonly UsageForwarder[];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: UsageRecorderOptions) {
    const { folder, maxBytes, sinks, processId, customizationOf, wallClock, random, observer } = options;
    this.#observer = observer;
    this.#log = new UsageLog({
      ...{ folder, processId, customizationOf, wallClock },
      fileBytes: Math.min(FILE_MAX_BYTES, Math.floor(maxBytes / FILES_MIN)),
      onLost: (events, error) => observer.lost('unwritten', events, error),
      onClosed: (log) => this.#keeper.closed(log),
    });
    this.#keeper = new UsageKeeper(
      {
        ...{ folder, maxBytes, wallClock },
        sinks: [...sinks.keys()],
        onLost: (events, log) => observer.lost('unsent', events, new Error(`${log} was the oldest`)),
      },
      () => this.#log.current,
    );
    this.#forwarders = [...sinks].map(
      ([name, sink]) =>
        new UsageForwarder({
          ...{ folder, name, sink, keeper: this.#keeper, random },
          onSent: (_bytes, events) => observer.sent(name, events),
          onFailed: (error, nextTryMs) => observer.failed(name, error, nextTryMs),
        }),
    );
  }

  /** Goes on with what ended processes left. */
  start(): void {
    this.#keep();
    this.#timer = setInterval(() => this.#keep(), KEEP_EVERY_MS).unref();
    for (const forwarder of this.#forwarders) forwarder.start();
  }

  /** @param done called when the event is kept: the answer may leave. */
  record(settled: RequestSettled, done: () => void): void {
    this.#observer.recorded();
    this.#log.record(settled, done);
  }

  /** Sends what is left, for a short time. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#log.close();
    await Promise.all(this.#forwarders.map((forwarder) => forwarder.close()));
  }

  #keep(): void {
    try {
      this.#log.touch();
      this.#keeper.touch();
      this.#keeper.takeOverOrphans();
      this.#keeper.removeOldest();
    } catch (error) {
      this.#observer.unkept(error);
    }
  }
}
