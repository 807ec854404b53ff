import type { ASTNode } from 'graphql';
import type { DraftDomain, DraftEntity, DraftField } from '../draft.ts';

/** One thing that every schema is held to. A rule sees all domains, looks at one thing, and knows no other rule. */
export interface Rule {
  /** The file's name. */
  readonly name: string;
  check(domains: readonly DraftDomain[], report: Report): void;
}

/** `node` is where the author must look; `undefined` is the whole file. */
export type Report = (domain: DraftDomain, node: ASTNode | undefined, problem: ProblemText) => void;

export interface ProblemText {
  /** What it is about: `Aircraft`, `Aircraft.seats`, `Query.aircraft(tailnum:)`; empty for a whole file. */
  readonly coordinate: string;
  /** What was expected and what came. */
  readonly message: string;
  readonly mend: string;
}

/** Every entity with its domain, stubs included. */
export function* entitiesOf(domains: readonly DraftDomain[]): Generator<[DraftDomain, DraftEntity]> {
  for (const domain of domains) {
    for (const entity of domain.entities.values()) yield [domain, entity];
  }
}

/** Every field of every object and interface type, Query's included; request entities' are left out. */
export function* fieldsOf(domains: readonly DraftDomain[]): Generator<[DraftDomain, DraftField]> {
  for (const domain of domains) {
    for (const type of domain.types.values()) {
      if (type.isRequestEntity) continue;
      for (const field of type.fields.values()) yield [domain, field];
    }
  }
}

/** ` Did you mean …?`, where a name is one slip away from a known one; else empty. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const lower = name.toLowerCase();
  for (const candidate of known) {
    if (isOneSlipAway(lower, candidate.toLowerCase())) return ` Did you mean "${candidate}"?`;
  }
  return '';
}

/** Equal, or one letter more, less, other or swapped. */
function isOneSlipAway(a: string, b: string): boolean {
  if (a === b) return true;
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const restA = a.slice(start, a.length - end);
  const restB = b.slice(start, b.length - end);
  if (restA.length <= 1 && restB.length <= 1) return true;
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0];
}
