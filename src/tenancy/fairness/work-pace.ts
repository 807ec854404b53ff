/** How much a process gets done while it has more to do than it can: units of cost in a millisecond. */

/** What was seen counts ever less; after so many ms a little more than a third. */
const LIFE_MS = 1000;
/** Less says nothing yet, in ms. */
const SEEN_MIN_MS = 20;

export class WorkPace {
  #units = 0;
  #ms = 0;

  /** @param ms in which so many units were done: also those in which another process had the processor. */
  note(units: number, ms: number): void {
    const kept = Math.exp(-ms / LIFE_MS);
    this.#units = this.#units * kept + units;
    this.#ms = this.#ms * kept + ms;
  }

  forget(): void {
    this.#units = 0;
    this.#ms = 0;
  }

  /** `Infinity` while nothing is known: then nobody is refused for how long he would wait. */
  get unitsPerMs(): number {
    return this.#ms < SEEN_MIN_MS || this.#units === 0 ? Number.POSITIVE_INFINITY : this.#units / this.#ms;
  }
}
