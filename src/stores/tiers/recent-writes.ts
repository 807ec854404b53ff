import type { Clock } from '../../core/clock.ts';
import { storageKey } from '../storage-key.ts';
import { type RepairEntry, widened } from './repair-files.ts';

/**
 * Blocks that hot was told of a short while ago, bounded in age and number: when a server of it is lost, these may be
 * gone, or be there again as they were before.
 */
type Generation = Map<string, RepairEntry>;

/** Replicas lag by milliseconds; an old primary that is cut off takes writes for as long as the others wait for it. */
const GENERATION_MS = 15_000;
/** Some eight megabytes, twice: beyond it the older ones are forgotten earlier. */
const GENERATION_BLOCKS_MAX = 25_000;

export class RecentWrites {
  readonly #clock: Clock;
  #young: Generation = new Map();
  #old: Generation = new Map();
  #bornMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#bornMs = clock.monotonicMs();
  }

  note(entries: readonly RepairEntry[]): void {
    this.#grow();
    for (const entry of entries) {
      if (this.#young.size >= GENERATION_BLOCKS_MAX) this.#turn();
      add(this.#young, entry);
    }
  }

  list(): RepairEntry[] {
    this.#grow();
    const all: Generation = new Map(this.#old);
    for (const entry of this.#young.values()) add(all, entry);
    return [...all.values()];
  }

  #grow(): void {
    const ageMs = this.#clock.monotonicMs() - this.#bornMs;
    if (ageMs < GENERATION_MS) return;
    this.#turn();
    if (ageMs >= 2 * GENERATION_MS) this.#old.clear();
  }

  #turn(): void {
    this.#old = this.#young;
    this.#young = new Map();
    this.#bornMs = this.#clock.monotonicMs();
  }
}

function add(generation: Generation, entry: RepairEntry): void {
  const key = storageKey(entry);
  const known = generation.get(key);
  generation.set(key, known === undefined ? entry : { ...known, views: widened(known.views, entry.views) });
}
