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
