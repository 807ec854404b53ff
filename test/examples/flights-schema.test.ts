import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { composeServices } from '@theguild/federation-composition';
import { buildSchema, type GraphQLSchema, parse, validate } from 'graphql';
import { beforeAll, expect, test } from 'vitest';
import { EXAMPLE_VIEWS } from '../../examples/flights/features.ts';
import { type DomainSource, loadDomainSources } from '../../src/registry/domain-source.ts';
import { federateDocument } from '../../src/registry/federated-sdl.ts';

/** The example's four domains make one graph, and every operation that the example shows is valid in it. */
const SCHEMA_FOLDER = fileURLToPath(new URL('../../schema', import.meta.url));
const OPERATIONS = new URL('../../examples/flights/operations/', import.meta.url);

let sources: DomainSource[];
let api: GraphQLSchema;

beforeAll(async () => {
  const names = ['airport', 'carrier', 'fleet', 'route'];
  sources = (await loadDomainSources(SCHEMA_FOLDER)).filter(({ name }) => names.includes(name));
  expect(sources.map(({ name }) => name)).toEqual(names);
  const composed = composeServices(
    sources.map(({ name, sdl }) => ({
      name,
      typeDefs: parse(federateDocument(sdl, parse(sdl)).text),
      url: `http://${name}.invalid`,
    })),
  );
  expect((composed.errors ?? []).map(({ message }) => message)).toEqual([]);
  api = buildSchema(composed.publicSdl as string);
});

test('nothing is wrong with the files or the code beside them', () => {
  expect(sources.flatMap(({ problems }) => problems ?? [])).toEqual([]);
});

test('at least 44 stored features in at least 10 views, each view with the SQL that fills it', () => {
  const text = sources.map(({ sdl }) => sdl).join('\n');
  const declared = [...text.matchAll(/@view\(name: "(\w+)"/g)].map(([, view]) => view as string);
  expect(text.match(/@feature\(/g)?.length).toBeGreaterThanOrEqual(44);
  expect(declared.length).toBeGreaterThanOrEqual(10);
  expect(EXAMPLE_VIEWS.map(({ view }) => view).sort()).toEqual(declared.sort());
});

test('every type, field, argument-taking feature and enum value of the graph has a description', () => {
  const mute: string[] = [];
  for (const type of Object.values(api.getTypeMap())) {
    if (type.name.startsWith('__') || type.astNode === undefined || type.name === 'Query') continue;
    if (!type.description) mute.push(type.name);
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    for (const field of fields) {
      // The platform's own: ReadStatus! explains itself.
      if (!field.description && type.name !== 'ViewRead') mute.push(`${type.name}.${field.name}`);
    }
    if ('getValues' in type) {
      for (const value of type.getValues()) if (!value.description) mute.push(`${type.name}.${value.name}`);
    }
  }
  expect(mute).toEqual([]);
});

const files = readdirSync(OPERATIONS).filter((name) => name.endsWith('.graphql'));

test.each(files)('%s is valid and named after its operation', (file) => {
  const document = parse(readFileSync(new URL(file, OPERATIONS), 'utf8'));
  expect(validate(api, document).map(({ message }) => message)).toEqual([]);
  const name =
    document.definitions[0]?.kind === 'OperationDefinition' ? document.definitions[0].name?.value : '';
  expect(name?.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase()).toBe(file.replace('.graphql', ''));
});

test('the README shows one of the operations, word for word', () => {
  const readme = readFileSync(new URL('../README.md', OPERATIONS), 'utf8');
  const shown = readFileSync(new URL('aircraft-and-carrier.graphql', OPERATIONS), 'utf8');
  expect(readme).toContain(shown.slice(shown.indexOf('query ')).trim());
});

test("the README's table has every view with its TTL and its features", () => {
  const readme = readFileSync(new URL('../README.md', OPERATIONS), 'utf8');
  for (const { name, sdl } of sources) {
    for (const [, view, ttl] of sdl.matchAll(/@view\(name: "(\w+)"(?:, ttl: "(\w+)")?/g)) {
      const features = [...sdl.matchAll(new RegExp(`^  (\\w+): \\S+ @feature\\(view: "${view}"`, 'gm'))];
      const line = readme.split('\n').find((row) => row.startsWith(`| \`${view}\` | ${name} |`)) ?? '';
      const [, , , , shownTtl, , shownFeatures] = line.split('|').map((cell) => cell.trim());
      expect([shownTtl, shownFeatures], view).toEqual([
        ttl ?? 'none',
        features.map(([, field]) => `\`${field}\``).join(', '),
      ]);
    }
  }
});
