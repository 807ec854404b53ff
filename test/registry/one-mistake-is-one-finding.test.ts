import { describe, expect, it } from 'vitest';
import { compileRegistry } from '../../src/registry/compile-registry.ts';
import { formatProblem } from '../../src/registry/format-problem.ts';
import { PEOPLE_SDL, SHOP_CODE, SHOP_SDL } from './sample-schema.ts';

interface Slip {
  readonly shown: string;
  readonly sdl: string;
  readonly meant: string;
}

/** The sample with one name misspelt, for each place where `pattern` finds one: its last two letters are swapped. */
function slips(pattern: RegExp): Slip[] {
  return [...SHOP_SDL.matchAll(pattern)].map((match) => {
    const meant = match[1] as string;
    const at = (match.index as number) + match[0].indexOf(meant);
    const wrong = `${meant.slice(0, -2)}${meant.at(-1)}${meant.at(-2)}`;
    const line = SHOP_SDL.slice(0, at).split('\n').length;
    const sdl = `${SHOP_SDL.slice(0, at)}${wrong}${SHOP_SDL.slice(at + meant.length)}`;
    return { shown: `${wrong} in line ${line}`, sdl, meant };
  });
}

function findings(sdl: string): string[] {
  const { problems } = compileRegistry([
    { name: 'shop', file: 'schema/shop.graphql', sdl, code: SHOP_CODE },
    { name: 'people', file: 'schema/people.graphql', sdl: PEOPLE_SDL, code: {} },
  ]);
  return problems.map(formatProblem);
}

describe.each<[what: string, pattern: RegExp]>([
  ['a directive', /@(?!key|tag)([a-z]\w+)/gi],
  [
    'an argument of a directive',
    /[(,] ?(view|maxBytes|default|maxItems|maxKeys|transform|inputs|ttl|dim|fields|source)(?=:)/g,
  ],
  ['a view', /@feature\(view: "(\w+)/g],
  ['the type of a feature', /: ([A-Z][a-z]+) @feature/g],
])('%s that is misspelt', (_what, pattern) => {
  const all = slips(pattern);
  it('is there', () => expect(all.length).toBeGreaterThan(5));
  it.each(all.map((slip) => [slip.shown, slip] as const))('is told once, by what is meant: %s', (_, slip) => {
    const told = findings(slip.sdl);
    expect(told.join('\n\n')).toMatch(new RegExp(`Did you mean "@?${slip.meant}[^"]*"`));
    expect(told, told.join('\n\n')).toHaveLength(1);
  });
});

it('two mistakes on one field are two findings', () => {
  const undescribed = SHOP_SDL.replace('  "Price in cents."\n', '').replace(
    'priceCents: Int @feature(view:',
    'priceCents: Int @feature(veiw:',
  );
  expect(findings(undescribed)).toEqual([
    expect.stringContaining('(features-are-described)'),
    expect.stringContaining('Unknown argument "veiw" on directive "@feature". Did you mean "view"?'),
  ]);
});
