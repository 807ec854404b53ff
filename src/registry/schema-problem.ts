import type { Location } from 'graphql';

/** One mistake in a domain's files, told so that its author can find and mend it. */
export interface SchemaProblem {
  /** Name of the rule that found it, as in `src/registry/rules/`. */
  readonly rule: string;
  readonly domain: string;
  readonly file: string;
  /** From 1; 0 where the problem is the whole file's. */
  readonly line: number;
  readonly column: number;
  /** What it is about: `Aircraft`, `Aircraft.seats`, `Query.aircraft(tailnum:)`; empty for a whole file. */
  readonly coordinate: string;
  /** What was expected and what came. */
  readonly message: string;
  readonly mend: string;
}

/** @returns line and column, from 1, in the author's file. */
export function positionOf(loc: Location | undefined): { readonly line: number; readonly column: number } {
  if (loc === undefined) return { line: 0, column: 0 };
  return { line: loc.startToken.line, column: loc.startToken.column };
}

export function compareProblems(a: SchemaProblem, b: SchemaProblem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);
}
