/** Whether something is as a page shows it. An ellipsis, `…`, stands for what is different each time. */
const ELLIPSIS = '…';

/** Spaces at the ends of lines do not count; `…` stands for any text, a line of its own for any lines. */
export function isTextAsShown(shown: string, got: string): boolean {
  return patternOf(shown, '^', '$').test(tidy(got));
}

export function isTextAmong(shown: string, got: string): boolean {
  return patternOf(shown, '(?:^|\n)', '(?:\n|$)').test(tidy(got));
}

function patternOf(shown: string, before: string, after: string): RegExp {
  const parts = tidy(shown)
    .split(/^(…)$|(…)/m)
    .filter((part) => part !== undefined)
    .map((part) => (part === ELLIPSIS ? '[\\s\\S]*?' : RegExp.escape(part)));
  return new RegExp(before + parts.join('') + after);
}

function tidy(text: string): string {
  return text
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll('\r', '')
    .trim();
}

/** Objects by their keys, in any order; the text "…" stands for any one value. */
export function isJsonAsShown(shown: unknown, got: unknown): boolean {
  if (shown === ELLIPSIS) return got !== undefined;
  if (typeof shown !== 'object' || shown === null || typeof got !== 'object' || got === null)
    return shown === got;
  if (Array.isArray(shown) !== Array.isArray(got)) return false;
  const keys = Object.keys(shown);
  if (keys.length !== Object.keys(got).length) return false;
  return keys.every((key) =>
    isJsonAsShown((shown as Record<string, unknown>)[key], (got as Record<string, unknown>)[key]),
  );
}
