/** Which faults happen when: bursts of one to three at once, and quiet times between them, from a seed. */
import { FAULTS, type FaultName, type FaultStage } from './faults.ts';
import { monotonicMs } from './operation-log.ts';
import { Random } from './random.ts';
import type { FaultWindow } from './recovery.ts';

/** At most one fault of each of these is under way at once. */
const PLACES = ['redis', 'warm', 'writer'] as const;
const BURST_MS = 1500;

export interface FaultScheduleOptions {
  readonly stage: FaultStage;
  readonly names: readonly FaultName[];
  readonly random: Random;
  /** Before the first burst, in ms. */
  readonly firstQuietMs: number;
  /** Shortest and longest quiet time between two bursts, in ms. */
  readonly quietMs: readonly [number, number];
  readonly onFault: (window: FaultWindow) => void;
}

export class FaultSchedule {
  readonly windows: FaultWindow[] = [];
  readonly #options: FaultScheduleOptions;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();
  #wake: () => void = () => {};

  constructor(options: FaultScheduleOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#options.names.length > 0) this.#running = this.#run();
    this.#running.catch(() => {}); // `stop` tells
  }

  /** No fault begins any more; resolves when none is under way. @throws what a fault could not do, such as a restart. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { random, firstQuietMs, quietMs } = this.#options;
    await this.#pause(firstQuietMs);
    while (!this.#stopped) {
      // Randomness of its own for each, so that what one does hangs on no other's timing.
      const chosen = this.#choose().map((name) => ({ name, own: new Random(random.below(2 ** 32)) }));
      await Promise.all(chosen.map(({ name, own }) => this.#inflict(name, own)));
      await this.#pause(random.between(...quietMs));
    }
  }

  #choose(): FaultName[] {
    const { random, names } = this.#options;
    const chosen = new Map<string, FaultName>();
    for (let left = 1 + random.below(PLACES.length); left > 0; left -= 1) {
      const name = random.pick(names);
      chosen.set(PLACES.find((place) => name.startsWith(place)) as string, name);
    }
    return [...chosen.values()];
  }

  async #inflict(name: FaultName, random: Random): Promise<void> {
    const { stage, onFault } = this.#options;
    await this.#pause(random.between(0, BURST_MS));
    const startMs = monotonicMs();
    await FAULTS[name].run(stage, random);
    const window = { name, startMs, endMs: monotonicMs(), delaysRecovery: FAULTS[name].delaysRecovery };
    this.windows.push(window);
    onFault(window);
  }

  async #pause(ms: number): Promise<void> {
    if (this.#stopped) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
  }
}
