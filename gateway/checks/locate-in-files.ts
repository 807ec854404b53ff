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
 * Where the first of the coordinates is defined that is defined at all, or the type that it would stand in. The file
 * of `domain` is searched first, then those that are being changed: it is their author who reads this.
 */
export function locateInFiles(
  files: readonly HintedSubgraph[],
  coordinates: readonly string[],
  domain?: string,
): Place {
  const ordered = files.toSorted((a, b) => rank(a, domain) - rank(b, domain));
  for (const ranked of Object.values(Object.groupBy(ordered, (file) => rank(file, domain)))) {
    const exact = findIn(ranked ?? [], coordinates, (coordinate) => coordinate);
    const found = exact ?? findIn(ranked ?? [], coordinates, typeOf);
    if (found !== undefined) return found;
  }
  const first = ordered[0];
  const coordinate = coordinates[0] ?? '';
  return { domain: first?.name ?? '', file: first?.file ?? '', line: 0, column: 0, coordinate };
}

function findIn(
  files: readonly HintedSubgraph[],
  coordinates: readonly string[],
  searched: (coordinate: string) => string,
): Place | undefined {
  for (const coordinate of coordinates) {
    for (const { name, file, document } of files) {
      const at = locateCoordinate(document, searched(coordinate))?.startToken;
      if (at !== undefined) return { domain: name, file, line: at.line, column: at.column, coordinate };
    }
  }
  return undefined;
}

function typeOf(coordinate: string): string {
  return coordinate.split('.')[0] as string;
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
