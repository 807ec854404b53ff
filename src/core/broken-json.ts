/**
 * Why a text is no JSON, from what V8 says of it: the kind of mistake, and where. Nothing of the text itself is
 * repeated: it may hold a credential.
 */

/** V8's words → ours, with what to do. */
const MISTAKES: readonly (readonly [RegExp, string])[] = [
  [
    /^Unexpected end of JSON|^Unterminated string/,
    'it ends too early, so it was cut off or a quote or bracket is not closed',
  ],
  [
    /^Bad control character/,
    'a line break, tab or other control character stands in a text; write it as \\n, \\t or \\u…, as every JSON library does',
  ],
  [
    /^Bad escaped character/,
    'a backslash in a text is followed by what is no escape; write \\\\ for a backslash',
  ],
  [
    /^Expected (?:double-quoted )?property name/,
    'a name in double quotes is expected; single quotes and trailing commas are not JSON',
  ],
  [
    /after (?:property value|array element)/,
    'a comma or the closing bracket is expected; write a quote inside of a text as \\"',
  ],
  [/^Unexpected non-whitespace character after/, 'more follows where it ends'],
];

/**
 * @param error what `JSON.parse` threw.
 * @returns the end of a sentence, without a full stop.
 */
export function describeBrokenJson(error: unknown): string {
  const { message } = error as Error;
  const mistake = MISTAKES.find(([pattern]) => pattern.test(message))?.[1] ?? 'it begins as no JSON does';
  const at = /at position (\d+)/.exec(message)?.[1];
  return at === undefined ? mistake : `at character ${Number(at) + 1} ${mistake}`;
}
