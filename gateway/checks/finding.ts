/** One thing that a check tells, whoever found it: a rule, composition, a comparison or a hint. */
export interface Finding {
  readonly level: FindingLevel;
  /** The rule's name, composition's code, or the kind of change. */
  readonly rule: string;
  readonly domain: string;
  readonly file: string;
  /** From 1; 0 where it is about the whole file. */
  readonly line: number;
  readonly column: number;
  /** `Aircraft`, `Aircraft.seats`; empty for a whole file. */
  readonly coordinate: string;
  readonly message: string;
  readonly mend: string;
  /** Stored operations that it concerns, by name; by id where they have none. */
  readonly operations: readonly string[];
}

/** `ERROR` must not merge; `WARNING` changes what somebody gets; `HINT` works; `NOTE` changes nothing for anybody. */
export type FindingLevel = 'ERROR' | 'WARNING' | 'HINT' | 'NOTE';

const ORDER: readonly FindingLevel[] = ['ERROR', 'WARNING', 'HINT', 'NOTE'];

/** The gravest first; within a level by place. */
export function compareFindings(a: Finding, b: Finding): number {
  if (a.level !== b.level) return ORDER.indexOf(a.level) - ORDER.indexOf(b.level);
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);
}
