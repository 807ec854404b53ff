/** Every regular expression of the product, found in its source: none can be forgotten. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { blank, lineAt } from '../style/source-scan.ts';

export interface Pattern {
  readonly place: string;
  readonly pattern: RegExp;
}

const ROOT = path.resolve(import.meta.dirname, '../..');
/** As a literal stands in code whose literals' insides are blank. */
const BLANK_LITERAL = /\/( +)\/([a-z]*)/g;

/** Literals alone; what is built by `new RegExp` is told by `builtPatterns`. */
export function patternsOfProduct(): Pattern[] {
  return sourcesOfProduct().flatMap(({ file, text }) => {
    const code = blank(text, { keepStrings: false });
    return [...code.matchAll(BLANK_LITERAL)].map(({ index, 1: inside = '', 2: flags = '' }) => {
      const source = text.slice(index + 1, index + 1 + inside.length);
      const place = `${file}:${lineAt(code, index)} /${source}/${flags}`;
      return { place, pattern: new RegExp(source, flags) };
    });
  });
}

/** Files that build a pattern from parts. */
export function builtPatterns(): string[] {
  return sourcesOfProduct()
    .filter(({ text }) => /new RegExp\(/.test(blank(text, { keepStrings: false })))
    .map(({ file }) => file);
}

function sourcesOfProduct(): { readonly file: string; readonly text: string }[] {
  const files = globSync(['src/**/*.ts', 'gateway/**/*.ts', 'schema/*.ts'], { cwd: ROOT }).toSorted();
  return files.map((file) => ({
    file,
    text: readFileSync(path.join(ROOT, file), 'utf8').replace(/^#!.*/, ''),
  }));
}

/** What a pattern names letter by letter, and what its classes let through: attacks are made of these. */
const COMMON = [
  'a',
  'A',
  '1',
  '0',
  ' ',
  '-',
  '_',
  '.',
  ',',
  '"',
  '\\',
  '/',
  '(',
  ':',
  '=',
  '{',
  '<',
  '@',
  '\n',
  '😀',
];

/**
 * Texts that make a backtracking pattern try many ways: its own parts again and again, then something that fits
 * nothing.
 */
export function attacksOn(pattern: RegExp, length: number): string[] {
  const { source } = pattern;
  const own = source.match(/[A-Za-z0-9]{2,}|[^\w\s\\^$*+?()[\]{}|]/g) ?? [];
  const pieces = [...new Set([...COMMON, ...own, ...pairsOf(own), 'a.', '1.', 'a ', ' ,', '=a', 'a-', '{"'])];
  const plain = literalStart(source);
  return pieces.flatMap((piece) => {
    const body = piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
    return ['\u0000', '\n', '!', 'x\n!'].flatMap((end) => [body + end, plain + body + end]);
  });
}

function pairsOf(parts: readonly string[]): string[] {
  return parts.slice(0, 6).flatMap((one) => parts.slice(0, 6).map((other) => one + other));
}

/** The letters that a pattern begins with: without them an anchored one looks at nothing. */
function literalStart(source: string): string {
  const begin = source.replace(/^\^/, '').match(/^(?:\\[^\w]|[A-Za-z0-9 :;,_-])*/)?.[0] ?? '';
  return begin.replaceAll(/\\(.)/g, '$1');
}
