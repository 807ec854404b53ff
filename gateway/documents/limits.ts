/**
 * Every limit of documents that anybody may send, in one table: the docs are printed from it. Trusted documents have
 * none of them: they are checked once, when the manifest is read.
 */
import { type ErrorCode, FeaturegraphError } from '../../src/core/errors.ts';

export interface DocumentLimit {
  readonly code: ErrorCode;
  readonly most: number;
  /** What is counted: goes after the number in the message. */
  readonly what: string;
  /** Why there is a limit, and why this one. */
  readonly reason: string;
}

export const DOCUMENT_LIMITS = {
  tokens: {
    code: 'TOKEN_LIMIT',
    most: 15_000,
    what: 'tokens',
    reason:
      'All later work grows with them. A ranking query of 300 candidates whose keys stand in the text has under 1,000.',
  },
  nesting: {
    code: 'DEPTH_LIMIT',
    most: 100,
    what: 'levels of nesting',
    reason:
      'Of braces, brackets and parentheses, literals included: parsing recurses on each. Counted before it.',
  },
  directives: {
    code: 'DIRECTIVE_LIMIT',
    most: 200,
    what: 'directives',
    reason:
      'Each is validated against each other one; a condition at every feature of a wide operation fits.',
  },
  directivesAtOnePlace: {
    code: 'DIRECTIVE_LIMIT',
    most: 4,
    what: 'directives at one place',
    reason: 'There are two that an operation can use, `@include` and `@skip`, and each stands once.',
  },
  fragments: {
    code: 'FRAGMENT_LIMIT',
    most: 100,
    what: 'fragments',
    reason: 'Each is validated against those it holds. A client generated from components has a few dozen.',
  },
  depth: {
    code: 'DEPTH_LIMIT',
    most: 20,
    what: 'levels of fields',
    reason: 'References can be followed in circles. The introspection query that tools write has 15 levels.',
  },
  fields: {
    code: 'FIELD_LIMIT',
    most: 5_000,
    what: 'fields',
    reason:
      'With fragments expanded: thirty fragments that each hold the next one twice stand for a thousand million.',
  },
  repeated: {
    code: 'FIELD_LIMIT',
    most: 100,
    what: 'repeated fields',
    reason: 'Under one name in one selection: whether they can be merged is looked at pair by pair.',
  },
  rootFields: {
    code: 'ROOT_FIELD_LIMIT',
    most: 50,
    what: 'fields at the root',
    reason: 'Each is a lookup of its own. Many entities are one field with a list of keys.',
  },
  aliases: {
    code: 'ALIAS_LIMIT',
    most: 30,
    what: 'aliases',
    reason: 'Each may be a computation of its own. Many entities are one field with a list of keys.',
  },
} as const satisfies Record<string, DocumentLimit>;

/** @throws FeaturegraphError with the limit's code when there are more. */
export function assertAtMost(limit: DocumentLimit, count: number): void {
  if (count <= limit.most) return;
  throw new FeaturegraphError(
    limit.code,
    `The document has more than ${limit.most} ${limit.what}. Ask for less at once, or have it added to the manifest of trusted documents.`,
  );
}
