/** A run for the terminal: what was done, what went wrong around it, and each promise with its verdict. */
import { FAULTS, type FaultName } from './faults.ts';
import type { HistoryResult } from './run-history.ts';
import { VERDICT_NAMES, VERDICTS } from './verdicts.ts';

const number = (value: number): string => value.toLocaleString('en');

export function printHistory(result: HistoryResult): string {
  const { writes, reads, windows } = result;
  const all = reads.values + reads.notFound + reads.failed;
  const lines = [
    `operations                ${number(all + writes.sent)} in ${Math.round(result.seconds)} s, seed ${result.seed}`,
    `  rows written            ${number(writes.sent)}, of them deletions ${number(writes.deletions)}`,
    `    acknowledged          ${number(writes.acknowledged)}, under a fault ${number(writes.underFault)}`,
    `    failed                ${number(writes.failed)}`,
    `    refused               ${number(writes.refused)}`,
    `    never known           ${number(writes.unknown)}, of ${result.writerLives} lives of writers`,
    `  values read             ${number(all)}, under a fault ${number(reads.underFault)}`,
    `    present               ${number(reads.values)}`,
    `    NOT_FOUND             ${number(reads.notFound)}`,
    `    told as failed        ${number(reads.failed)}`,
    `    had something to see  ${number(reads.judged)}`,
    `compared when at rest     ${number(result.comparedAtRest)}`,
    `faults                    ${number(windows.length)}`,
  ];
  if (result.starved > 0)
    lines.push(
      `  ${`${result.starved}`.padStart(4)} × a process got no time of the machine for half a second`,
    );
  for (const name of Object.keys(FAULTS) as FaultName[]) {
    const times = windows.filter((window) => window.name === name).length;
    if (times > 0) lines.push(`  ${`${times}`.padStart(4)} × ${FAULTS[name].what}`);
  }
  for (const name of VERDICT_NAMES) {
    const found = result.findings[name];
    lines.push(
      `${found === 0 ? 'ok    ' : 'BROKEN'} ${name.padEnd(16)} ${VERDICTS[name].padEnd(72)} ${number(found)}`,
    );
  }
  for (const { verdict, text } of result.examples) lines.push(`  ${verdict}: ${text}`);
  return lines.join('\n');
}
