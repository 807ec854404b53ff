/**
 * Errors as they stand in the merged tree: at an object (or list) and a key of it. They get their path in the
 * answer only when the projection meets them, so that an error of a value which the client never selected
 * (a key, a `@requires` input) cannot appear under a path of its own.
 */
export interface FieldError {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
  /** What is left of the path below the place, where a null took the rest away. */
  readonly rest: readonly (string | number)[];
}

/** Two fetches of one entity, for different fields of it, may fail for one reason. */
function isSame(one: FieldError, other: FieldError): boolean {
  return (
    one.message === other.message &&
    one.extensions.code === other.extensions.code &&
    one.rest.join('.') === other.rest.join('.')
  );
}

export class FieldErrors {
  readonly #byPlace = new Map<object, Map<string | number, FieldError[]>>();

  /** Whether no error was ever added: lookups can be left out. */
  get isEmpty(): boolean {
    return this.#byPlace.size === 0;
  }

  at(place: object, key: string | number): readonly FieldError[] | undefined {
    return this.#byPlace.get(place)?.get(key);
  }

  add(place: object, key: string | number, error: FieldError): void {
    let byKey = this.#byPlace.get(place);
    if (byKey === undefined) {
      byKey = new Map();
      this.#byPlace.set(place, byKey);
    }
    const errors = byKey.get(key);
    if (errors === undefined) byKey.set(key, [error]);
    else if (!errors.some((told) => isSame(told, error))) errors.push(error);
  }

  /** Replaces whatever was told of the place. */
  set(place: object, key: string | number, errors: readonly FieldError[]): void {
    this.#byPlace.get(place)?.delete(key);
    for (const error of errors) this.add(place, key, error);
  }

  /** Follows `path` from `place` as deep as the tree goes. */
  addAtPath(
    place: object,
    path: readonly (string | number)[],
    error: { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> },
  ): void {
    let at = place as Record<string | number, unknown>;
    for (let i = 0; i < path.length; i += 1) {
      const key = path[i] as string | number;
      const next = at[key];
      if (i === path.length - 1 || typeof next !== 'object' || next === null) {
        this.add(at, key, { ...error, rest: path.slice(i + 1) });
        return;
      }
      at = next as Record<string | number, unknown>;
    }
  }
}
