/** Reads the audit of a folder. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { AuditRecord } from './audit-event.ts';
import { INDEX } from './audit-log.ts';
import { chainKey } from './line-chain.ts';
import { type ChainProblem, verifyChain } from './verify-chain.ts';

export interface ReadAudit {
  /** All lines that are as they were written, by their times. */
  readonly records: readonly AuditRecord[];
  readonly problems: readonly ChainProblem[];
  readonly files: number;
}

/** Reads and verifies all audit in a folder: what it names that is not as it was written, it names with its line. */
export function readAudit(folder: string, pepper: Buffer): ReadAudit {
  const key = chainKey(pepper);
  const index = path.join(folder, INDEX);
  if (!existsSync(index)) return { records: [], problems: [], files: 0 };
  const listed = verifyChain(key, INDEX, index);
  const problems = [...listed.problems];
  const records: AuditRecord[] = [];
  for (const { file: name, line } of listed.lines) {
    const file = path.join(folder, String(name));
    if (!existsSync(file)) {
      problems.push({
        file: index,
        line: Number(line),
        problem: `names ${String(name)}, which is gone: removed`,
      });
      continue;
    }
    const read = verifyChain(key, String(name), file);
    problems.push(...read.problems);
    records.push(...(read.lines as unknown as AuditRecord[]));
  }
  return {
    records: records.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
    problems,
    files: listed.lines.length,
  };
}
