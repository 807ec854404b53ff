import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileRegistry } from '../../src/registry/compile-registry.ts';
import { loadDomainSources } from '../../src/registry/domain-source.ts';
import { PLATFORM_DEFINITIONS_FILE } from '../../src/registry/platform-definitions.ts';

const SDL = `type Thing @key(fields: "id") @view(name: "facts") {
  id: ID!
  "A number."
  number: Int @feature(view: "facts")
  "Its double."
  double: Float @onDemand(transform: "double", inputs: ["number"])
  label: String
}
`;
const CODE = `
export const transforms = {
  double: { inputs: { number: 'Int' }, output: 'Float', compute: ({ number }: Record<string, unknown>) => (number as number) * 2 },
};
export const resolvers = { Thing: { label: () => 'thing' } };
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'featuregraph-schema-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function write(name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), text);
}

async function problemsOf(): Promise<string[]> {
  return compileRegistry(await loadDomainSources(folder)).problems.map(
    ({ rule, file, coordinate, message }) =>
      `${rule} ${file.slice(folder.length + 1)} ${coordinate}: ${message}`,
  );
}

describe('a folder of domains', () => {
  it.each(['.ts', '.mts'])('has its code in a %s file', async (ending) => {
    await write('things.graphql', SDL);
    await write(`things${ending}`, CODE);
    expect(await problemsOf()).toEqual([]);
  });

  it('is read with the code beside each file, in the order of names, without the definitions', async () => {
    await write('things.graphql', SDL);
    await write('things.ts', CODE);
    await write('other.graphql', 'type Query { _unused: Int }');
    await write('notes.txt', 'not a domain');
    await copyFile(PLATFORM_DEFINITIONS_FILE, join(folder, 'directives.graphql'));
    const sources = await loadDomainSources(folder);
    expect(sources.map((source) => [source.name, source.file, source.sdl === SDL])).toEqual([
      ['other', join(folder, 'other.graphql'), false],
      ['things', join(folder, 'things.graphql'), true],
    ]);
    const [, things] = sources;
    expect(Object.keys(things?.code.transforms ?? {})).toEqual(['double']);
    expect(Object.keys(things?.code.resolvers?.Thing ?? {})).toEqual(['label']);
    expect(things?.problems ?? []).toEqual([]);
  });

  it('that is not there is told with its path', async () => {
    await expect(loadDomainSources(join(folder, 'none'))).rejects.toThrow(
      /Expected a folder with one .graphql file per domain at .*none, but it cannot be read \(ENOENT\)/,
    );
  });

  it('with a copy of the definitions that differs is told', async () => {
    await write('things.graphql', SDL);
    await write('things.ts', CODE);
    await write('directives.graphql', 'scalar BigInt');
    expect(await problemsOf()).toEqual([
      'platform-definitions directives.graphql : This copy of the platform definitions differs from the one that ships with featuregraph.',
    ]);
  });
});

describe('code beside a domain', () => {
  const WRONG: readonly (readonly [string, string, RegExp])[] = [
    ['does not parse', 'export const transforms = {', /cannot be imported/],
    ['throws', 'throw new Error("no licence");', /cannot be imported: no licence/],
    [
      'exports other names',
      'export const transform = {};',
      /named `transforms` or `resolvers`, got transform/,
    ],
    [
      'exports a list',
      'export const transforms = [];',
      /Expected an object of transforms by name, got a list/,
    ],
    [
      'has a transform without a function',
      'export const transforms = { double: { inputs: {}, output: "Int" } };',
      /transforms.double: Expected `compute` to be a function, got nothing/,
    ],
    [
      'has a transform that waits',
      'export const transforms = { double: { inputs: { n: "Int" }, output: "Float", compute: async () => 1 } };',
      /got an async function: transforms do no I\/O/,
    ],
    [
      'has inputs that are no types',
      'export const transforms = { double: { inputs: { n: 5 }, output: "Float", compute: () => 1 } };',
      /Expected `inputs` to be an object of type names, got an object/,
    ],
    [
      'has a resolver that is no function',
      'export const resolvers = { Thing: { label: "thing" } };',
      /resolvers.Thing.label: Expected a function, got a string/,
    ],
  ];

  it.each(WRONG)('that %s is told with the file', async (_, code, expected) => {
    // A file of its own each: Node keeps what it imported.
    await write('things.graphql', SDL);
    await write('things.js', code);
    const told = (await problemsOf()).filter((problem) => problem.startsWith('domain-code things.js'));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(expected);
  });
});
