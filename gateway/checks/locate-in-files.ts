import type { HintedSubgraph } from '../../src/registry/hints/hint.ts';
import { locateCoordinate, locateView } from '../../src/registry/locate-coordinate.ts';

/** Finds the line for what names none: composition's problems and changes. */
export interface Place {
  readonly domain: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly coordinate: string;
}

/**
 * The first of the coordinates that a file defines; in the file of `domain` if it is there, else in one that is being
 * changed, else in any.
 */
export function locateInFiles(
  files: readonly HintedSubgraph[],
  coordinates: readonly string[],
  domain?: string,
): Place {
  const ordered = files.toSorted((a, b) => rank(a, domain) - rank(b, domain));
  for (const coordinate of coordinates) {
    for (const { name, file, document } of ordered) {
      const at = locateCoordinate(document, coordinate)?.startToken;
      if (at !== undefined) return { domain: name, file, line: at.line, column: at.column, coordinate };
    }
  }
  const first = ordered[0];
  const coordinate = coordinates[0] ?? '';
  return { domain: first?.name ?? '', file: first?.file ?? '', line: 0, column: 0, coordinate };
}

/** Where a view of an entity is declared; `undefined` where no file of the domain does. */
export function locateViewIn(
  files: readonly HintedSubgraph[],
  entity: string,
  view: string,
  domain: string,
): Place | undefined {
  const found = files.find(({ name }) => name === domain);
  const at = found === undefined ? undefined : locateView(found.document, entity, view)?.startToken;
  if (found === undefined || at === undefined) return undefined;
  return { domain, file: found.file, line: at.line, column: at.column, coordinate: entity };
}

function rank({ name, isCandidate }: HintedSubgraph, domain: string | undefined): number {
  return (name === domain ? 0 : 2) + (isCandidate ? 0 : 1);
}

/** A coordinate and what it stands in: what was removed is looked for where it was. */
export function withParents(coordinate: string): string[] {
  const parts = coordinate.split('.');
  return parts.map((_, i) => parts.slice(0, parts.length - i).join('.'));
}
