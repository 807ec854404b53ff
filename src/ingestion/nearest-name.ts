/** Which known name a mistyped one most likely means; for the one who pushes, never for a query's client. */
const NAME_MAX_CHARS = 128;

/** @returns the nearest name within a third of its length, or one that it begins with or begins, or `null`. */
export function nearestName(name: string, known: readonly string[]): string | null {
  if (name.length > NAME_MAX_CHARS) return null;
  let nearest: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  if (nearest === null) return null;
  const close = least <= Math.max(1, Math.floor(nearest.length / 3));
  return close || name.startsWith(nearest) || nearest.startsWith(name) ? nearest : null;
}

function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (above[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    above = row;
  }
  return above[b.length] as number;
}
