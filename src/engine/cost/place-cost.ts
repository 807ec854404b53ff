/** How many objects stand at a place of an answer, and what each of them takes. */

/** `factor`, for each item of the list that the variable is, where there is one. */
export interface PlaceCount {
  readonly factor: number;
  readonly variable: string | null;
}

export const ONE_OBJECT: PlaceCount = { factor: 1, variable: null };

export interface PlaceCost {
  readonly path: string;
  readonly count: PlaceCount;
  /** Of one object. */
  readonly blocks: number;
  readonly transforms: number;
  readonly foreignEntities: number;
  /** Of its own values in the answer. */
  readonly bytes: number;
  /** Values that have a status. */
  readonly values: number;
  /** Units by `@cost`. */
  readonly weight: number;
}

/** At least 1, so that no part of an operation is free because of what a list is said to hold. */
export function objectsAt(
  { factor, variable }: PlaceCount,
  variables: Readonly<Record<string, unknown>>,
): number {
  if (variable === null) return factor;
  const value = variables[variable];
  return Array.isArray(value) && value.length > 1 ? factor * value.length : factor;
}
