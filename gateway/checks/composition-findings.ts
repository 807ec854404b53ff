import type { HintedSubgraph } from '../../src/registry/hints/hint.ts';
import type { CompositionProblem } from '../compose.ts';
import { mendOfComposition } from './composition-mends.ts';
import type { Finding } from './finding.ts';
import { locateInFiles, withParents } from './locate-in-files.ts';

/** Composition's problems with what they lack: file, line and mend. */
export function compositionFindings(
  problems: readonly CompositionProblem[],
  files: readonly HintedSubgraph[],
): Finding[] {
  return problems.map(({ code, message, coordinate }) => {
    const named = [...(coordinate === null ? [] : [coordinate]), ...coordinatesIn(message)];
    return {
      level: 'ERROR',
      rule: code,
      ...locateInFiles(files, named.flatMap(withParents), subgraphIn(message, files)),
      message: message.replace(/\s*\n\s*/g, '\n  ').trim(),
      mend: mendOfComposition(code),
      operations: [],
    };
  });
}

/** Names in quotes that look like a type or one of its fields. */
function coordinatesIn(message: string): string[] {
  return [...message.matchAll(/"([A-Za-z_]\w*(?:\.\w+)?)(?:\(\w+:\))?"/g)].map(([, name]) => name as string);
}

/** `[shop] …` or `subgraph "shop"`. */
function subgraphIn(message: string, files: readonly HintedSubgraph[]): string | undefined {
  const names = new Set(files.map(({ name }) => name));
  const found = [...message.matchAll(/\[([\w-]+)\]|subgraphs? "([\w-]+)"/g)].map(([, a, b]) => a ?? b ?? '');
  return found.find((name) => names.has(name));
}
