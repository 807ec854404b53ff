/** Finds what is not as it was written in one chained file. */
import { existsSync, readFileSync } from 'node:fs';
import { headOf } from './chained-file.ts';
import { type ChainKey, readLine } from './line-chain.ts';

export interface ChainProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly problem: string;
}

export interface VerifiedChain {
  /** Bodies of the lines that are as they were written. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly problems: readonly ChainProblem[];
}

/**
 * Reads a chained file and names what is not as it was written. Whoever can replace the file and its head by earlier
 * copies of both goes unseen: keep the number of lines elsewhere to see that, too.
 */
export function verifyChain(key: ChainKey, name: string, file: string): VerifiedChain {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const problems: ChainProblem[] = [];
  const report = (line: number, problem: string) => problems.push({ file, line, problem });
  const texts = readFileSync(file, 'utf8').split('\n');
  // Without a line break at its end the last one was being written when its process was killed; the head tells
  // whether it ever stood there whole.
  texts.pop();
  let before = name;
  let expected = 1;
  /** The last line that is there whole: what looks cut short was a line, too, if the head has counted it. */
  let last = 0;
  for (const [index, text] of texts.entries()) {
    const read = readLine(key, text);
    const line = index + 1;
    const told = read?.body.line;
    if (read === undefined || typeof told !== 'number') {
      // The rest of a line that a kill cut short is skipped by its writer, too.
      if (!isCutShort(text)) report(line, 'is no line of this log: it was put in or edited');
      expected = Math.max(expected, line + 1);
      continue;
    }
    if (read.follows(before)) lines.push(read.body);
    else if (told > expected) report(expected, `is missing, up to line ${told - 1}: removed`);
    else if (told < expected) report(line, `was line ${told}: moved or repeated`);
    else report(line, 'was edited, or the line before it');
    before = read.mac;
    expected = told + 1;
    last = told;
  }
  const head = readHead(key, file);
  if (head === undefined) report(texts.length, 'the head beside the file is missing or was edited');
  else if (head > last) report(last + 1, `is missing, up to line ${head}: the end was cut off`);
  return { lines, problems };
}

/** @returns the number of the last line. */
function readHead(key: ChainKey, file: string): number | undefined {
  if (!existsSync(headOf(file))) return undefined;
  const text = readFileSync(headOf(file), 'utf8').trim();
  const read = readLine(key, text);
  return read?.follows('head') === true ? (read.body.line as number) : undefined;
}

/** A beginning of a line, and not the whole of one. */
function isCutShort(text: string): boolean {
  return text === '' || (text.startsWith('{"line":') && !text.endsWith('}'));
}
