/**
 * How far sources are, kept at hand: read in the background about every second, so that no request waits for
 * it, save the first one of a namespace never met.
 */
import type { View } from '../registry/registry.ts';

/** Where the times come from: newest event time or heartbeat acknowledged, by source. */
export interface SourceTimesReader {
  timesOf(namespace: string): Promise<ReadonlyMap<string, number>>;
}

export interface SourceWatchOptions {
  readonly times: SourceTimesReader;
  readonly refreshEveryMs?: number;
  readonly onError: (error: unknown) => void;
}

const REFRESH_EVERY_MS = 1000;

/** Most namespaces kept at hand: they come from credentials, so there are few; the bound is for mistakes. */
const NAMESPACES_MAX = 10_000;

export class SourceWatch {
  readonly #options: SourceWatchOptions;
  readonly #byNamespace = new Map<string, Map<string, number>>();
  readonly #loading = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: SourceWatchOptions) {
    this.#options = options;
  }

  /** Resolves when the first times of these namespaces are known (or could not be read, which was told). */
  async start(namespaces: readonly string[]): Promise<void> {
    await Promise.all(namespaces.map((namespace) => this.#load(namespace)));
    this.#timer ??= setInterval(() => this.#refresh(), this.#options.refreshEveryMs ?? REFRESH_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** @returns `null` when the namespace's times are at hand. Never rejects. */
  ready(namespace: string): Promise<void> | null {
    return this.#byNamespace.has(namespace) ? null : this.#load(namespace);
  }

  /** A write of this process: known here at once, without waiting for the next reading. */
  note(namespace: string, source: string, timeMs: number): void {
    const times = this.#byNamespace.get(namespace);
    if (times !== undefined) keepNewest(times, source, timeMs);
  }

  /** Milliseconds since 1970; `undefined` when nothing of the source was ever acknowledged. */
  timeMs(namespace: string, source: string): number | undefined {
    return this.#byNamespace.get(namespace)?.get(source);
  }

  /** A source that nothing was ever heard of is behind. */
  isBehind(view: View, namespace: string, requestTimeMs: number): boolean {
    if (view.source === null || view.sourceMaxLagMs === null) return false;
    const timeMs = this.timeMs(namespace, view.source);
    return timeMs === undefined || requestTimeMs - timeMs > view.sourceMaxLagMs;
  }

  #refresh(): void {
    for (const namespace of this.#byNamespace.keys()) void this.#load(namespace);
  }

  #load(namespace: string): Promise<void> {
    let loading = this.#loading.get(namespace);
    if (loading === undefined) {
      loading = this.#read(namespace).finally(() => this.#loading.delete(namespace));
      this.#loading.set(namespace, loading);
    }
    return loading;
  }

  async #read(namespace: string): Promise<void> {
    try {
      const read = await this.#options.times.timesOf(namespace);
      let times = this.#byNamespace.get(namespace);
      if (times === undefined) {
        if (this.#byNamespace.size >= NAMESPACES_MAX) this.#forgetOldest();
        times = new Map();
        this.#byNamespace.set(namespace, times);
      }
      for (const [source, timeMs] of read) keepNewest(times, source, timeMs);
    } catch (error) {
      // What was known stays, and grows old: a source then shows as behind by itself.
      this.#options.onError(error);
    }
  }

  #forgetOldest(): void {
    const oldest = this.#byNamespace.keys().next().value;
    if (oldest !== undefined) this.#byNamespace.delete(oldest);
  }
}

function keepNewest(times: Map<string, number>, source: string, timeMs: number): void {
  const known = times.get(source);
  if (known === undefined || timeMs > known) times.set(source, timeMs);
}
