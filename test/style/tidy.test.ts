import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  BANNED_CALLS,
  checkBannedCalls,
  checkDeadFiles,
  checkNames,
  checkOpenings,
  checkRooms,
  checkSizes,
  ROOMS,
} from './house-rules.ts';
import { SIZE_RATCHET } from './size-ratchet.ts';
import { blank, type SourceFile, scanFunctions, scanImports } from './source-scan.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FOLDERS = ['src', 'gateway', 'schema', 'examples', 'test', 'bench', 'docs'];

function listFiles(): string[] {
  const found = readdirSync(ROOT).filter((name) => name.endsWith('.ts'));
  for (const folder of FOLDERS) {
    for (const entry of readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      const file = path.relative(ROOT, path.join(entry.parentPath, entry.name)).split(path.sep).join('/');
      if (entry.isFile() && !/(?:^|\/)(?:\.|node_modules\/)/.test(file)) found.push(file);
    }
  }
  return found.toSorted();
}

const paths = listFiles();
const sources: SourceFile[] = paths
  .filter((file) => /\.(?:ts|cts|cjs|js|mjs)$/.test(file))
  .map((file) => ({ path: file, text: readFileSync(path.join(ROOT, file), 'utf8') }));

describe('the house is tidy', () => {
  test('imports go down or stay in their room, and npm packages are those of the room', () => {
    expect(checkRooms(sources)).toEqual([]);
  });
  test('files and functions are small, and what is not only shrinks', () => {
    expect(checkSizes(sources, SIZE_RATCHET)).toEqual([]);
  });
  test('time, randomness, environment, printing and exit codes have one place each', () => {
    expect(checkBannedCalls(sources)).toEqual([]);
  });
  test('every file is reached from a program', () => {
    expect(checkDeadFiles(sources)).toEqual([]);
  });
  test('names are kebab-case, and no folder is for everything', () => {
    expect(checkNames(paths.filter((file) => !/(?:^|\/)README\.md$/.test(file)))).toEqual([]);
  });
  test('every file says first what it is for', () => {
    expect(checkOpenings(sources)).toEqual([]);
  });
});

const file = (name: string, text: string): SourceFile => ({ path: name, text });

describe('the check of rooms', () => {
  const problemsOf = (name: string, text: string): string[] => checkRooms([file(name, text)]);

  test.each([
    ['src/core/a.ts', `import { b } from '../registry/b.ts';`, 'upwards'],
    ['src/core/a.ts', `import type { B } from '../registry/b.ts';`, 'upwards'],
    ['src/core/a.ts', `export * from '../registry/b.ts';`, 'upwards'],
    ['src/core/a.ts', `const b = await import('../registry/b.ts');`, 'upwards'],
    ['src/core/a.ts', `import {\n  b,\n  type C,\n} from '../registry/b.ts';`, 'upwards'],
    ['src/core/a.ts', `new Worker(new URL('../stores/b.ts', import.meta.url))`, 'upwards'],
    ['src/core/a.ts', `fork(path.join(import.meta.dirname, '../stores/b.ts'))`, 'upwards'],
    ['src/registry/a.ts', `import '../observability/b.ts';`, 'do not know each other'],
    ['gateway/a.ts', `import { b } from '../src/subgraph/b.ts';`, 'do not know each other'],
    ['src/core/a.ts', `import fs from 'node:fs';`, 'is pure'],
    ['src/core/a.ts', `import { parse } from 'graphql';`, 'may not use'],
    ['src/stores/a.ts', `import { open } from 'lmdb';`, 'may not use'],
    ['src/stores/redis/a.ts', `import { open } from 'lmdb';`, 'may not use'],
    ['src/client/a.ts', `import { systemClock } from '../core/clock.ts';`, 'only take types'],
    ['src/cli/a.ts', `import { x } from '../../test/x.ts';`, 'no room may know'],
    ['src/core/a.ts', `import { b } from './b';`, 'without its ending'],
    ['src/attic/a.ts', ``, 'stands in no room'],
  ])('finds in %s: %s', (name, text, problem) => {
    expect(problemsOf(name, text)).toEqual([expect.stringContaining(problem)]);
  });

  test.each([
    ['src/registry/a.ts', `import { b } from '../core/b.ts';\nimport { parse } from 'graphql/language';`],
    ['src/stores/lmdb/a.ts', `import { open } from 'lmdb';\nimport { x } from '../online-store.ts';`],
    ['src/client/a.ts', `import type { FeatureStatus } from '../core/status.ts';`],
    [
      'src/core/a.ts',
      `// import { b } from '../registry/b.ts';\nconst text = "import x from '../cli/y.ts'";`,
    ],
    ['test/core/a.ts', `import { b } from '../../src/cli/b.ts';`],
  ])('lets pass in %s: %s', (name, text) => {
    expect(problemsOf(name, text)).toEqual([]);
  });

  test('knows every room once, and each level from 0 to 12', () => {
    expect(new Set(ROOMS.map((room) => room.path)).size).toBe(ROOMS.length);
    expect(new Set(ROOMS.map((room) => room.level))).toEqual(
      new Set(Array.from({ length: 13 }, (_, level) => level)),
    );
  });
});

const functionOf = (lines: number, head = 'export function long(): void {'): string =>
  `${head}\n${'  work();\n'.repeat(lines - 2)}}\n`;

describe('the check of sizes', () => {
  test('refuses a file of 401 lines and a function of 61, and takes 400 and 60', () => {
    const sizes = (text: string): string[] => checkSizes([file('src/core/a.ts', text)], {});
    expect(sizes('x;\n'.repeat(400))).toEqual([]);
    expect(sizes('x;\n'.repeat(401))).toEqual([expect.stringContaining('has 401 lines, at most 400')]);
    expect(sizes(functionOf(60))).toEqual([]);
    expect(sizes(functionOf(61))).toEqual([expect.stringContaining('#long has 61 lines, at most 60')]);
  });

  test('the ratchet holds what is too large, and only shrinks', () => {
    const sizes = (lines: number, ratchet: Record<string, number>): string[] =>
      checkSizes([file('src/core/a.ts', functionOf(lines))], ratchet);
    const listed = { 'src/core/a.ts#long': 80 };
    expect(sizes(80, listed)).toEqual([]);
    expect(sizes(81, listed)).toEqual([expect.stringContaining('at most 80')]);
    expect(sizes(70, listed)).toEqual([expect.stringContaining('lower the ratchet from 80')]);
    expect(sizes(60, listed)).toEqual([expect.stringContaining('take it off the ratchet')]);
    expect(sizes(10, { 'src/core/gone.ts': 500 })).toEqual([expect.stringContaining('is gone')]);
  });
});

describe('the check of calls', () => {
  const planted = [
    'Date.now()',
    'new Date()',
    'performance.now()',
    'Math.random()',
    'randomInt(6)',
    'process.env.HOME',
    'console.log(1)',
    'process.exit(1)',
    'process.exitCode = 1',
  ];
  test.each(planted)('finds %s and names what to use instead', (call) => {
    const found = checkBannedCalls([file('src/engine/a.ts', `const x = 1;\n${call};`)]);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^src\/engine\/a\.ts:2 uses .+; .+/);
  });
  test('every banned call is planted', () => {
    expect(BANNED_CALLS.filter((banned) => !planted.some((call) => banned.call.test(call)))).toEqual([]);
  });
  test('leaves alone their places, comments and strings', () => {
    expect(
      checkBannedCalls([
        file('src/core/clock.ts', 'Date.now(); performance.now();'),
        file('src/config.ts', 'process.env'),
        file('src/cli/main.ts', 'console.log(1); process.exitCode = 1;'),
        file('src/engine/a.ts', '// Date.now()\n"Math.random()";\n/process.env/;\nnew Date(0);'),
      ]),
    ).toEqual([]);
  });
  test('looks into the code inside a template', () => {
    expect(checkBannedCalls([file('src/engine/a.ts', '`Date.now() ${Date.now()}`;')])).toHaveLength(1);
  });
});

describe('the check of dead files', () => {
  const main = file('src/cli/main.ts', `import './used.ts';`);
  test('finds what nothing imports, what only tests import, and dead circles', () => {
    const found = checkDeadFiles([
      main,
      file('src/cli/used.ts', ''),
      file('src/core/alone.ts', ''),
      file('src/core/tested.ts', ''),
      file('src/core/round.ts', `import './about.ts';`),
      file('src/core/about.ts', `import './round.ts';`),
      file('test/core/a.test.ts', `import '../../src/core/tested.ts';`),
      file('test/core/unused-fixture.ts', ''),
    ]);
    expect(found.map((line) => line.split(' ')[0])).toEqual([
      'src/core/alone.ts:1',
      'src/core/tested.ts:1',
      'src/core/round.ts:1',
      'src/core/about.ts:1',
      'test/core/unused-fixture.ts:1',
    ]);
    expect(found[1]).toContain('by tests alone');
  });
});

describe('the checks of names and openings', () => {
  test('refuse catch-all folders and other cases', () => {
    expect(checkNames(['src/utils/a.ts', 'src/core/entityKey.ts', 'src/core/entity-key.test.ts'])).toEqual([
      expect.stringContaining('folder named utils'),
      expect.stringContaining('entityKey.ts'),
    ]);
  });
  test('ask for a sentence before the first statement', () => {
    const opened = (text: string): string[] => checkOpenings([file('src/core/a.ts', text)]);
    expect(opened(`import a from 'a';\n\nexport const b = 1;`)).toHaveLength(1);
    expect(opened(`import {\n a,\n} from 'a';\n\n/** What it is for. */\nexport const b = 1;`)).toEqual([]);
    expect(opened(`/** What it is for. */\nimport a from 'a';\nexport const b = 1;`)).toEqual([]);
  });
});

describe('the scanner', () => {
  test('tells functions from blocks, types and ternaries', () => {
    const text = [
      'function plain(a: string): void {\n}',
      'const arrow = async (a: { b: string }): Promise<{ c: number }> => {\n};',
      'const bare = async x => {\n};',
      'function shaped(): { readonly a: () => void } {\n}',
      'class A { method<T>(a: T): a is T & string {\n} get x(): number {\n} }',
      'if (a) {\n}',
      'const ternary = (a) ? (b) : { c: 1 };',
      'for (const a of b) {\n}',
      'call({ a: 1 });',
      'function curried(): (a: string) => void {\n}',
    ].join('\n');
    expect(scanFunctions(file('a.ts', text)).map((span) => span.name)).toEqual(
      ['plain', 'arrow', '(arrow)', 'shaped', 'method', 'x', 'curried'].map((name) =>
        name === 'arrow' ? expect.any(String) : name,
      ),
    );
  });
  test('keeps lines, and is not led astray by quotes in expressions and templates', () => {
    const text = 'const a = /["\'`]/;\nconst b = `x ${c ? `y ${"}"}` : 1} z`;\nimport d from "./d.ts";\n';
    expect(blank(text, { keepStrings: false }).split('\n')).toHaveLength(4);
    expect(scanImports(file('a.ts', text))).toEqual([{ specifier: './d.ts', line: 3, typeOnly: false }]);
  });
});
