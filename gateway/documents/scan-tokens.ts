/** What a text costs before it is parsed: linear, without recursion, and given up at the first limit it passes. */
import { GraphQLError, Lexer, Source, TokenKind } from 'graphql';
import { FeaturegraphError } from '../../src/core/errors.ts';

/** Most tokens of one document; the longest of the example's has under 400. */
export const TOKENS_MAX = 15_000;

/** Nested braces, brackets and parentheses: parsing recurses on each. */
const NESTING_MAX = 100;

/** All directives of a document: wide operations with a condition at each feature stay below. */
const DIRECTIVES_MAX = 200;

const OPENING = new Set<string>([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING = new Set<string>([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/** @throws FeaturegraphError TOKEN_LIMIT, DEPTH_LIMIT, DIRECTIVE_LIMIT. A text that is no GraphQL is left to the parser. */
export function scanTokens(text: string): void {
  const lexer = new Lexer(new Source(text));
  let tokens = 0;
  let directives = 0;
  let nesting = 0;
  try {
    while (lexer.advance().kind !== TokenKind.EOF) {
      const { kind } = lexer.token;
      tokens += 1;
      if (OPENING.has(kind)) nesting += 1;
      else if (CLOSING.has(kind)) nesting -= 1;
      else if (kind === TokenKind.AT) directives += 1;
      if (directives > DIRECTIVES_MAX) throw tooMany('DIRECTIVE_LIMIT', 'directives', DIRECTIVES_MAX);
      if (nesting > NESTING_MAX) throw tooMany('DEPTH_LIMIT', 'levels of nesting', NESTING_MAX);
      if (tokens > TOKENS_MAX) throw tooMany('TOKEN_LIMIT', 'tokens', TOKENS_MAX);
    }
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
  }
}

export type LimitCode =
  | 'TOKEN_LIMIT'
  | 'DEPTH_LIMIT'
  | 'ALIAS_LIMIT'
  | 'FIELD_LIMIT'
  | 'ROOT_FIELD_LIMIT'
  | 'DIRECTIVE_LIMIT'
  | 'FRAGMENT_LIMIT';

export function tooMany(code: LimitCode, what: string, most: number): FeaturegraphError {
  return new FeaturegraphError(
    code,
    `The document has more than ${most} ${what}. Ask for less at once, or have it added to the manifest of trusted documents.`,
  );
}
