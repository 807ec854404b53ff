/** Fits what things take to what all of them together took; nothing takes less than nothing. */
export interface Fit {
  /** By column; 0 for one that would have come out below it. */
  readonly coefficients: readonly number[];
  /** Share of the variation that the fit explains, of `measured` as it was given. */
  readonly r2: number;
  /** By row: what the fit says beyond what was measured, as a share of that. */
  readonly missed: readonly number[];
}

/**
 * Rows count by their relative error, so that the largest do not decide alone.
 *
 * @param rows so many of each thing, by measurement; @param measured what it took, above 0.
 */
export function fitNonNegative(rows: readonly (readonly number[])[], measured: readonly number[]): Fit {
  const columns = rows[0]?.length ?? 0;
  const used = new Set(Array.from({ length: columns }, (_, i) => i));
  for (;;) {
    const chosen = [...used];
    const solved = solve(
      rows.map((row, r) => chosen.map((c) => (row[c] as number) / (measured[r] as number))),
      measured.map(() => 1),
    );
    const worst = Math.min(...solved);
    if (worst >= 0 || used.size === 1) {
      const coefficients = new Array<number>(columns).fill(0);
      for (const [i, column] of chosen.entries()) coefficients[column] = solved[i] as number;
      const missed = measured.map((value, r) => sumOf(rows[r] as number[], coefficients) / value - 1);
      return { coefficients, r2: r2Of(rows, measured, coefficients), missed };
    }
    used.delete(chosen[solved.indexOf(worst)] as number);
  }
}

/** Normal equations, by elimination with the largest pivot. */
function solve(rows: readonly (readonly number[])[], wanted: readonly number[]): number[] {
  const size = rows[0]?.length ?? 0;
  const matrix = Array.from({ length: size }, (_, i) => [
    ...Array.from({ length: size }, (__, j) =>
      sum(rows.map((row) => (row[i] as number) * (row[j] as number))),
    ),
    sum(rows.map((row, r) => (row[i] as number) * (wanted[r] as number))),
  ]);
  for (let at = 0; at < size; at += 1) {
    let pivot = at;
    for (let r = at + 1; r < size; r += 1)
      if (Math.abs(cell(matrix, r, at)) > Math.abs(cell(matrix, pivot, at))) pivot = r;
    [matrix[at], matrix[pivot]] = [matrix[pivot] as number[], matrix[at] as number[]];
    if (cell(matrix, at, at) === 0) throw new Error('The measurements do not tell these things apart.');
    for (let r = 0; r < size; r += 1) {
      if (r === at) continue;
      const factor = cell(matrix, r, at) / cell(matrix, at, at);
      for (let c = at; c <= size; c += 1)
        (matrix[r] as number[])[c] = cell(matrix, r, c) - factor * cell(matrix, at, c);
    }
  }
  return matrix.map((row, i) => (row[size] as number) / (row[i] as number));
}

function r2Of(
  rows: readonly (readonly number[])[],
  measured: readonly number[],
  coefficients: readonly number[],
): number {
  const mean = sum(measured) / measured.length;
  const missed = measured.map((value, r) => value - sumOf(rows[r] as number[], coefficients));
  return 1 - sum(missed.map((m) => m * m)) / sum(measured.map((value) => (value - mean) ** 2));
}

function sumOf(row: readonly number[], coefficients: readonly number[]): number {
  return sum(row.map((count, column) => count * (coefficients[column] as number)));
}

const cell = (matrix: readonly (readonly number[])[], row: number, column: number): number =>
  (matrix[row] as readonly number[])[column] as number;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
