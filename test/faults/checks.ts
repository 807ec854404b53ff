/** What a row expects and what it saw, check by check, in words for the table. */
export interface Check {
  readonly expected: string;
  readonly seen: string;
  readonly holds: boolean;
}

export class Checks {
  readonly all: Check[] = [];
  readonly #onCheck: (check: Check) => void;

  /** @param onCheck is told each at once: what a row does may end the process. */
  constructor(onCheck: (check: Check) => void = () => {}) {
    this.#onCheck = onCheck;
  }

  that(expected: string, holds: boolean, seen: string | number): void {
    const check = { expected, seen: `${seen}`, holds };
    this.all.push(check);
    this.#onCheck(check);
  }

  none(what: string, found: readonly unknown[] | number): void {
    const count = typeof found === 'number' ? found : found.length;
    const first = typeof found === 'number' || found.length === 0 ? '' : ` (${found[0]})`;
    this.that(`no ${what}`, count === 0, `${count}${first}`);
  }

  atMost(what: string, limit: number, seen: number, unit = ''): void {
    this.that(`${what} ≤ ${limit}${unit}`, seen <= limit, `${Math.round(seen * 100) / 100}${unit}`);
  }

  atLeast(what: string, limit: number, seen: number, unit = ''): void {
    this.that(`${what} ≥ ${limit}${unit}`, seen >= limit, `${Math.round(seen * 100) / 100}${unit}`);
  }
}
