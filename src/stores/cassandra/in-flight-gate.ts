/**
 * Bounds how many requests are unanswered at once; the others wait in their order. Without a bound, a slow moment
 * fills every connection of the driver, which then drops them and fails what comes next.
 */
export class InFlightGate {
  readonly #inFlightMax: number;
  readonly #waitingMax: number;
  readonly #waiting: (() => Promise<void> | undefined)[] = [];
  /** Where the queue begins: shifting an array of thousands would move them all each time. */
  #first = 0;
  #inFlight = 0;

  constructor(inFlightMax: number, waitingMax: number) {
    this.#inFlightMax = inFlightMax;
    this.#waitingMax = waitingMax;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /**
   * @param start sends the request, now or later; its promise never rejects. `undefined`: nobody wants it any more.
   * @returns false when too many wait already; then `start` is never called.
   */
  enter(start: () => Promise<void> | undefined): boolean {
    if (this.#inFlight < this.#inFlightMax) {
      this.#begin(start);
      return true;
    }
    if (this.#waiting.length - this.#first >= this.#waitingMax) return false;
    this.#waiting.push(start);
    return true;
  }

  /** @returns whether something was sent. */
  #begin(start: () => Promise<void> | undefined): boolean {
    const done = start();
    if (done === undefined) return false;
    this.#inFlight += 1;
    done.then(() => {
      this.#inFlight -= 1;
      this.#beginNext();
    });
    return true;
  }

  #beginNext(): void {
    while (this.#first < this.#waiting.length) {
      const start = this.#waiting[this.#first] as () => Promise<void> | undefined;
      this.#first += 1;
      if (this.#begin(start)) break;
    }
    if (this.#first === this.#waiting.length || this.#first > this.#waitingMax) {
      this.#waiting.splice(0, this.#first);
      this.#first = 0;
    }
  }
}
