/** How many entities stand at a place of a plan, as far as that is known before anything is read. */
export interface KeyCount {
  /** So many, whatever the lists below hold. */
  readonly fixed: number;
  /** So many more for each key of a list whose length is not known: `$tailnums`, `trucks[]`. */
  readonly per: Readonly<Record<string, number>>;
}

export const NO_KEYS: KeyCount = { fixed: 0, per: {} };
export const ONE_KEY: KeyCount = { fixed: 1, per: {} };

export function perItem(list: string): KeyCount {
  return { fixed: 0, per: { [list]: 1 } };
}

export function addCounts(a: KeyCount, b: KeyCount): KeyCount {
  const per = new Map(Object.entries(a.per));
  for (const [list, count] of Object.entries(b.per)) per.set(list, (per.get(list) ?? 0) + count);
  return { fixed: a.fixed + b.fixed, per: Object.fromEntries(per) };
}

/** `7`, `2 per key of $tailnums`, `1 + 2 per key of $tailnums` */
export function describeCount({ fixed, per }: KeyCount): string {
  const lists = Object.entries(per).map(
    ([list, count]) => `${count.toLocaleString('en-US')} per key of ${list}`,
  );
  return [...(fixed > 0 || lists.length === 0 ? [fixed.toLocaleString('en-US')] : []), ...lists].join(' + ');
}
