/** Durations are authored as `"250ms"`, `"30s"`, `"5m"`, `"24h"`, `"7d"` and held as milliseconds. */
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^([1-9][0-9]{0,8})(ms|s|m|h|d)$/;

/** @returns milliseconds, or `undefined` when the text is not a duration. */
export function parseDurationMs(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * (UNIT_MS[match[2] as string] as number);
}

/** The shortest exact authored form: `90_000` → `"90s"`. */
export function formatDuration(durationMs: number): string {
  for (const unit of ['d', 'h', 'm', 's']) {
    const unitMs = UNIT_MS[unit] as number;
    if (durationMs >= unitMs && durationMs % unitMs === 0) return `${durationMs / unitMs}${unit}`;
  }
  return `${durationMs}ms`;
}

/** For people: `5_430_000` → `"1h 30m"`; at most two units, rounded down. */
export function describeAge(ageMs: number): string {
  if (ageMs < 0) return `-${describeAge(-ageMs)}`;
  if (ageMs < 1000) return `${Math.floor(ageMs)}ms`;
  const parts: string[] = [];
  let restMs = ageMs;
  for (const unit of ['d', 'h', 'm', 's']) {
    const unitMs = UNIT_MS[unit] as number;
    const count = Math.floor(restMs / unitMs);
    restMs -= count * unitMs;
    if (count > 0) parts.push(`${count}${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}
