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
      const plain = word.replace(COLOUR, '');
      const pieces = Math.ceil(plain.length / widthChars);
      for (let i = 0; i < pieces - 1; i += 1) lines.push(plain.slice(i * widthChars, (i + 1) * widthChars));
      current = plain.slice((pieces - 1) * widthChars);
    }
  }
  lines.push(current ?? '');
  return lines;
}
