/** How much a process gets done while it has more to do than it can: units of cost in a millisecond. */

/** What is left of what was seen, each turn: some twenty turns count. */
const KEPT = 0.95;
/** Less says nothing yet, in ms. */
const SEEN_MIN_MS = 5;

export class WorkPace {
  #units = 0;
  #ms = 0;

  note(units: number, ms: number): void {
    this.#units = this.#units * KEPT + units;
    this.#ms = this.#ms * KEPT + ms;
  }

  forget(): void {
    this.#units = 0;
    this.#ms = 0;
  }

  /** `Infinity` while nothing is known: then nobody is refused for how long he would wait. */
  get unitsPerMs(): number {
    return this.#ms < SEEN_MIN_MS ? Number.POSITIVE_INFINITY : this.#units / this.#ms;
  }
}
