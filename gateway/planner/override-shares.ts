/** Which requests an `@override` with a label sends to the new subgraph. One draw decides all labels of a request. */

export interface OverrideShares {
  /** Percentages, ascending, at which something changes. */
  readonly steps: readonly number[];
  /** Labels, other than `percent(…)`, that are active for a draw. */
  labelsAt(draw: number): Set<string>;
}

const PERCENT = /^percent\((\d+(?:\.\d+)?)\)$/;

export function sharesOf(
  labels: ReadonlySet<string>,
  labelShares: Readonly<Record<string, number>>,
): OverrideShares {
  const named = new Map<string, number>();
  const steps = new Set<number>();
  for (const label of labels) {
    const percent = PERCENT.exec(label)?.[1];
    const share = percent === undefined ? (labelShares[label] ?? 0) : Number(percent);
    if (percent === undefined) named.set(label, share);
    if (share > 0 && share < 100) steps.add(share);
  }
  return {
    steps: [...steps].sort((a, b) => a - b),
    labelsAt: (draw) => new Set([...named].filter(([, share]) => share > draw).map(([label]) => label)),
  };
}
