import type { HintedSubgraph } from '../../src/registry/hints/hint.ts';
import type { CompositionProblem } from '../compose.ts';
import { mendOfComposition } from './composition-mends.ts';
import type { Finding } from './finding.ts';
import { locateInFiles } from './locate-in-files.ts';

/** Composition's problems with what they lack: file, line and mend. */
export function compositionFindings(
  problems: readonly CompositionProblem[],
  files: readonly HintedSubgraph[],
): Finding[] {
  return problems.map(({ code, message }) => ({
    level: 'ERROR',
    rule: code,
    ...locateInFiles(files, coordinatesIn(message), subgraphOf(message, files)),
    message: message.trim(),
    mend: mendOfComposition(code),
    operations: [],
  }));
}

/** Names in quotes that look like a type, or one of its fields, or an argument of that. */
function coordinatesIn(message: string): string[] {
  return [...message.matchAll(/"([A-Za-z_]\w*(?:\.\w+(?:\(\w+:\))?)?)"/g)].map(([, name]) => name as string);
}

/** Of a message that is about one subgraph alone: `[shop] …`. */
function subgraphOf(message: string, files: readonly HintedSubgraph[]): string | undefined {
  const name = /^\[([\w-]+)\]/.exec(message)?.[1];
  return files.some((file) => file.name === name) ? name : undefined;
}
