import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runTsc } from './run-tsc.ts';

const APP = new URL('./types/departure-app.ts', import.meta.url);
/** Imports by absolute path are fine for a file that is only checked. */
const OPTIONS = { rewriteRelativeImportExtensions: false };
const EXPECTATION = /^\s*\/\/ @ts-expect-error (TS\d+) /;

/** The file as it stands, with imports that hold wherever it lies. */
const text = readFileSync(APP, 'utf8').replace(/'(\.\.[^']+)'/g, (_, specifier: string) =>
  JSON.stringify(new URL(specifier, pathToFileURL(APP.pathname)).pathname),
);

describe('an application that asks for features', () => {
  it('compiles with what it selected, and each of its mistakes is refused', () => {
    expect(runTsc({ 'app.mts': text }, OPTIONS).output).toBe('');
  });

  it('does not compile without the expectations: each is one error, the one it names, on the next line', () => {
    const lines = text.split('\n');
    const expected = lines.flatMap((line, at) => {
      const code = EXPECTATION.exec(line)?.[1];
      return code === undefined ? [] : [{ file: 'app.mts', line: at + 2, code }];
    });
    expect(expected.length).toBeGreaterThan(20);
    expect(lines.filter((line) => line.includes('@ts-expect-error'))).toHaveLength(expected.length);
    const bare = text.replaceAll('@ts-expect-error', 'was expected:');
    expect(runTsc({ 'app.mts': bare }, OPTIONS).problems).toEqual(expected);
  });

  it('is not told of an error where there is none', () => {
    const needless = text.replace(
      'return void seats;',
      '// @ts-expect-error nothing is wrong here\n  return void seats;',
    );
    expect(runTsc({ 'app.mts': needless }, OPTIONS).problems.map(({ code }) => code)).toEqual(['TS2578']);
  });
});
