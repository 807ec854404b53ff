/** What a text costs before it is parsed: linear, without recursion, and given up at the first limit it passes. */
import { GraphQLError, Lexer, Source, TokenKind } from 'graphql';
import { assertAtMost, DOCUMENT_LIMITS } from './limits.ts';

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
      assertAtMost(DOCUMENT_LIMITS.directives, directives);
      assertAtMost(DOCUMENT_LIMITS.nesting, nesting);
      assertAtMost(DOCUMENT_LIMITS.tokens, tokens);
    }
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
  }
}
