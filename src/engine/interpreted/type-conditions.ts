/** Whether an object of one type is meant where a fragment or a path names another. */
export class TypeConditions {
  readonly #possibleTypes: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(possibleTypes: ReadonlyMap<string, ReadonlySet<string>>) {
    this.#possibleTypes = possibleTypes;
  }

  /** @param type an object's `__typename`; `undefined` where it was not asked, because only one type can be. */
  matches(type: unknown, condition: string): boolean {
    if (type === undefined || type === condition) return true;
    return this.#possibleTypes.get(condition)?.has(type as string) ?? false;
  }

  matchesAny(type: unknown, conditions: readonly string[]): boolean {
    for (const condition of conditions) if (this.matches(type, condition)) return true;
    return false;
  }

  isAbstract(type: string): boolean {
    return this.#possibleTypes.has(type);
  }
}
