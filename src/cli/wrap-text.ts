/** Breaks text into lines that fit, at spaces where it can. Colours take no room and are never cut in two. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters and take no room
const COLOUR = /\u001b\[[0-9;]*m/g;

export function visibleLength(text: string): number {
  return text.replace(COLOUR, '').length;
}

/** @returns at least one line; lines that stand in the text stay apart. A word longer than a line loses its colour. */
export function wrapText(text: string, widthChars: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, Math.max(1, widthChars)));
}

function wrapLine(line: string, widthChars: number): string[] {
  if (visibleLength(line) <= widthChars) return [line];
  const lines: string[] = [];
  let current: string | null = null;
  for (const word of line.split(' ')) {
    const joined: string = current === null ? word : `${current} ${word}`;
    if (visibleLength(joined) <= widthChars) {
      current = joined;
      continue;
    }
    if (current !== null) lines.push(current);
    current = word;
    if (visibleLength(word) > widthChars) {
      const pieces = cutWord(word.replace(COLOUR, ''), widthChars);
      lines.push(...pieces.slice(0, -1));
      current = pieces.at(-1) as string;
    }
  }
  lines.push(current ?? '');
  return lines;
}

/** Names are cut where one of their parts ends, if that fills at least half of a line. */
const PART_END = /[._:/,-](?=.)|[a-z0-9](?=[A-Z])/g;

function cutWord(word: string, widthChars: number): string[] {
  const pieces: string[] = [];
  let rest = word;
  while (rest.length > widthChars) {
    const ends = [...rest.slice(0, widthChars + 1).matchAll(PART_END)].map((match) => match.index + 1);
    const end = ends.findLast((at) => at <= widthChars && at * 2 >= widthChars) ?? widthChars;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  pieces.push(rest);
  return pieces;
}
