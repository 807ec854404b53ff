import { buildSubgraphSchema } from '@apollo/subgraph';
import { composeServices } from '@theguild/federation-composition';
import fc from 'fast-check';
import { Lexer, Source, TokenKind } from 'graphql';
import { expect, it } from 'vitest';
import { compileRegistry } from '../../src/registry/compile-registry.ts';
import { SHOP_SDL, sampleSources } from './sample-schema.ts';

const RUNS = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 20_000 : 400;

/** The sample's tokens: a slip of the pen is one of them left out, doubled, or in another's place. */
const tokens = tokensOf(SHOP_SDL);
const slips = fc.record({
  at: fc.nat(tokens.length - 1),
  kind: fc.constantFrom('leave out', 'double', 'replace', 'replace by its like', 'swap'),
  other: fc.nat(tokens.length - 1),
});

it('what compiles after slips of the pen also composes and builds; what does not is told in its file', () => {
  let compiledCount = 0;
  fc.assert(
    fc.property(fc.array(slips, { minLength: 1, maxLength: 2 }), (made) => {
      const sources = sampleSources().map((source) =>
        source.name === 'shop' ? { ...source, sdl: slip(made) } : source,
      );
      const { registry, problems } = compileRegistry(sources);
      if (registry === null) {
        expect(problems.length).toBeGreaterThan(0);
        for (const problem of problems) {
          expect(problem.message, JSON.stringify(problem)).not.toMatch(/undefined|\[object/);
          expect(problem.line, JSON.stringify(problem)).toBeGreaterThan(
            problem.rule === 'resolvers-have-fields' ? -1 : 0,
          );
        }
        return;
      }
      compiledCount += 1;
      const composed = composeServices(
        registry.domains.map((domain) => ({ name: domain.name, typeDefs: domain.document })),
      );
      expect((composed.errors ?? []).map((error) => error.message)).toEqual([]);
      for (const domain of registry.domains) buildSubgraphSchema([{ typeDefs: domain.document }]);
    }),
    { numRuns: RUNS, seed: 5 },
  );
  // A generator whose files never compile would prove nothing about those that do.
  expect(compiledCount).toBeGreaterThan(RUNS / 100);
});

function slip(made: readonly { at: number; kind: string; other: number }[]): string {
  const texts = [...tokens];
  for (const { at, kind, other } of made) {
    const here = texts[at] as string;
    if (kind === 'leave out') texts[at] = '';
    else if (kind === 'double') texts[at] = `${here} ${here}`;
    else if (kind === 'replace by its like') texts[at] = likeOf(here, other);
    else if (kind === 'replace') texts[at] = tokens[other] as string;
    else [texts[at], texts[other]] = [texts[other] as string, here];
  }
  return texts.join(' ');
}

/** Another token of the same kind: a name for a name, a text for a text. */
function likeOf(token: string, number: number): string {
  const kind = (text: string) => (/^[A-Za-z_]/.test(text) ? 'name' : text.charAt(0));
  const alike = tokens.filter((other) => kind(other) === kind(token));
  return alike[number % alike.length] as string;
}

function tokensOf(sdl: string): string[] {
  const lexer = new Lexer(new Source(sdl));
  const texts: string[] = [];
  for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
    texts.push(sdl.slice(token.start, token.end));
  }
  return texts;
}
