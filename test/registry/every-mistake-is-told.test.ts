import { describe, expect, it } from 'vitest';
import { compileRegistry } from '../../src/registry/compile-registry.ts';
import type { DomainSource } from '../../src/registry/domain-source.ts';
import { formatProblem } from '../../src/registry/format-problem.ts';
import { ALL_RULES } from '../../src/registry/rules/all-rules.ts';
import { IN_ENTITIES } from './mistakes/in-entities.ts';
import { IN_FEATURES } from './mistakes/in-features.ts';
import { IN_GRAPHQL } from './mistakes/in-graphql.ts';
import type { Mistake } from './mistakes/mistake.ts';
import { PEOPLE_SDL, SHOP_CODE, SHOP_SDL, sampleSources } from './sample-schema.ts';

const MISTAKES: readonly Mistake[] = [...IN_GRAPHQL, ...IN_ENTITIES, ...IN_FEATURES];

describe('a schema without a mistake', () => {
  it('compiles', () => {
    expect(compileRegistry(sampleSources()).problems.map(formatProblem)).toEqual([]);
  });
});

describe.each([...new Set(MISTAKES.map((mistake) => mistake.rule))])('%s', (rule) => {
  const mistakes = MISTAKES.filter((mistake) => mistake.rule === rule);
  it.each(mistakes.map((mistake) => [String(mistake.message), mistake] as const))(
    'tells %s, and passes the mended file',
    (_, mistake) => {
      expect(SHOP_SDL, 'the sample has the text once').toSatisfy(
        (sdl: string) => mistake.sample === '' || sdl.split(mistake.sample).length === 2,
      );
      const broken = SHOP_SDL.replace(mistake.sample, () => mistake.broken);
      const mended = SHOP_SDL.replace(mistake.sample, () => mistake.mended ?? mistake.sample);

      const { problems } = compileRegistry(sources(broken, mistake.code));
      const rules = new Set(problems.map((problem) => problem.rule));
      expect([...rules].sort(), problems.map(formatProblem).join('\n')).toEqual(
        [mistake.rule, ...(mistake.also ?? [])].sort(),
      );
      const problem = problems.find(
        (candidate) => candidate.rule === mistake.rule && mistake.message.test(candidate.message),
      );
      expect(problem, problems.map(formatProblem).join('\n')).toBeDefined();
      expect(problem).toMatchObject({
        file: 'schema/shop.graphql',
        domain: 'shop',
        line: lineOf(broken, mistake),
      });
      expect(problem?.mend).not.toBe('');

      expect(compileRegistry(sources(mended)).problems.map(formatProblem)).toEqual([]);
    },
  );
});

it('has a mistake for every rule', () => {
  const told = new Set(MISTAKES.map((mistake) => mistake.rule));
  const elsewhere = ['hashes-are-unique']; // needs names that were searched for: its own test
  expect(ALL_RULES.map((rule) => rule.name).filter((name) => !told.has(name))).toEqual(elsewhere);
});

it('tells the mistakes of all files at once, in the order of files and lines', () => {
  const { registry, problems } = compileRegistry([
    {
      name: 'shop',
      file: 'schema/shop.graphql',
      sdl: SHOP_SDL.replace('24h", source', '24x", source').replace('maxItems: 5', 'maxBytes: 5'),
      code: SHOP_CODE,
    },
    {
      name: 'people',
      file: 'schema/people.graphql',
      sdl: PEOPLE_SDL.replace('  "Year of birth."\n', ''),
      code: {},
    },
    { name: 'broken', file: 'schema/broken.graphql', sdl: 'type {', code: {} },
  ]);
  expect(registry).toBeNull();
  expect(problems.map(({ rule, file, line }) => `${file}:${line} ${rule}`)).toEqual([
    'schema/broken.graphql:1 syntax',
    'schema/people.graphql:4 features-are-described',
    'schema/shop.graphql:5 view-arguments',
    'schema/shop.graphql:23 features-have-type',
  ]);
});

it('prints a problem with its place, what is wrong and how to mend it', () => {
  const [problem] = compileRegistry(sources(SHOP_SDL.replace('dim: 8', 'dim: 0'))).problems;
  expect(problem === undefined ? '' : formatProblem(problem)).toBe(
    'schema/shop.graphql:28:21  Product.embedding  (features-have-type)\n' +
      '  Expected `dim` from 1 to 16000, got 0.\n' +
      '  → Give the length of the vectors.',
  );
});

it('tells that there is no domain', () => {
  expect(compileRegistry([]).problems).toMatchObject([{ rule: 'no-domains' }]);
});

function sources(shopSdl: string, code = SHOP_CODE): DomainSource[] {
  return sampleSources().map((source) =>
    source.name === 'shop' ? { ...source, sdl: shopSdl, code } : source,
  );
}

/** From 1; 0 for a whole file. */
function lineOf(broken: string, mistake: Mistake): number {
  if (mistake.wholeFile === true) return 0;
  const at = mistake.line === undefined ? SHOP_SDL.indexOf(mistake.sample) : broken.indexOf(mistake.line);
  expect(at, 'the line that must be named is in the file').toBeGreaterThanOrEqual(0);
  const start = mistake.line === undefined ? at + (mistake.broken.match(/^\s*/)?.[0].length ?? 0) : at;
  return broken.slice(0, start).split('\n').length;
}
