/** What all processes did with one cell, in order, from the logs of a run that found a breach. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describeCell } from './cells.ts';
import { ASKED, KIND, type Operation, readOperations, SEEN, SENT, SETTLED } from './operation-log.ts';

/** @param folder of kept logs. @returns a line per operation. */
export function printCell(folder: string, cell: number): string {
  const lines = readdirSync(folder)
    .filter((name) => name.includes('.log'))
    .flatMap((name) => readOperations(path.join(folder, name)).map((operation) => ({ name, operation })))
    .filter(({ operation }) => operation.cell === cell)
    .toSorted((a, b) => a.operation.startMs - b.operation.startMs)
    .map(({ name, operation }) => `${name.padEnd(16)} ${describeOperation(operation)}`);
  return [describeCell(cell), ...lines].join('\n');
}

function describeOperation({ kind, outcome, asked, order, startMs, endMs }: Operation): string {
  const times = `${startMs.toFixed(1)} to ${endMs.toFixed(1)}`;
  if (kind === KIND.READ)
    return `${times} ${nameIn(ASKED, asked)} showed ${nameIn(SEEN, outcome)} of ${order}`;
  return `${times} ${kind === KIND.SENT ? `sent ${nameIn(SENT, outcome)}` : nameIn(SETTLED, outcome)} of ${order}`;
}

function nameIn(names: Readonly<Record<string, number>>, number: number): string {
  return Object.keys(names).find((name) => names[name] === number) ?? `${number}`;
}
