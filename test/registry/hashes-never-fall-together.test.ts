import { describe, expect, it } from 'vitest';
import { compileRegistry } from '../../src/registry/compile-registry.ts';
import { createLayout, viewId } from '../../src/registry/layout.ts';

/** Two different texts of one hash, found by birthday: about 77,000 tries for 32 bits. */
function findCollision(hash: (name: string) => number): [string, string] {
  const seen = new Map<number, string>();
  for (let i = 0; i < 2_000_000; i += 1) {
    const name = `v${((i * 2_654_435_761) % 4_294_967_296).toString(36)}x${i.toString(36)}`;
    const id = hash(name);
    const other = seen.get(id);
    if (other !== undefined) return [other, name];
    seen.set(id, name);
  }
  throw new Error('no collision was found');
}

function schemaOf(
  viewNames: readonly [string, string],
  featureNames: readonly [string, string],
  block = '',
): string {
  return `type Thing @key(fields: "id") @view(name: "${viewNames[0]}") @view(name: "${viewNames[1]}"${block}) {
  id: ID!
  "One."
  one: Int @feature(view: "${viewNames[0]}", name: "${featureNames[0]}")
  "Two."
  two: Int @feature(view: "${viewNames[1]}", name: "${featureNames[1]}")
}
`;
}

function rulesBroken(sdl: string): string[] {
  return compileRegistry([{ name: 'things', file: 'things.graphql', sdl, code: {} }]).problems.map(
    (problem) => problem.rule,
  );
}

describe('hashes-are-unique', () => {
  it('tells two views of one block whose ids fall together, and passes them in two blocks', () => {
    const names = findCollision((name) => viewId(name, 1));
    expect(rulesBroken(schemaOf(names, ['a', 'b']))).toEqual(['hashes-are-unique']);
    expect(rulesBroken(schemaOf(names, ['a', 'b'], ', block: "other"'))).toEqual([]);
    expect(rulesBroken(schemaOf([names[0], `${names[1]}_renamed`], ['a', 'b']))).toEqual([]);
  });

  it('tells two different layouts of one id, and passes two equal ones', () => {
    const type = { kind: 'scalar', name: 'Int', maxBytes: 256 } as const;
    const names = findCollision((name) => createLayout([{ name, type }]).id);
    expect(rulesBroken(schemaOf(['first', 'second'], names))).toEqual(['hashes-are-unique']);
    expect(rulesBroken(schemaOf(['first', 'second'], [names[0], `${names[1]}Renamed`]))).toEqual([]);
    expect(rulesBroken(schemaOf(['first', 'second'], ['same', 'same']))).toEqual([]);
  });
});
