import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import vm from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { createClient } from '../../src/client/index.ts';
import { scanImports } from '../style/source-scan.ts';
import { answerJson, openRudeServer } from './rude-server.ts';
import { REPOSITORY, runTsc } from './run-tsc.ts';

const CLIENT = path.join(REPOSITORY, 'src/client');
const FILES = readdirSync(CLIENT).toSorted();

describe('the client’s files', () => {
  it('import each other, types of the core, and nothing else', () => {
    const outside = FILES.flatMap((name) =>
      scanImports({ path: name, text: readFileSync(path.join(CLIENT, name), 'utf8') })
        .filter(({ specifier }) => !/^\.\/[a-z-]+\.ts$/.test(specifier))
        .map(({ specifier, typeOnly }) => ({ specifier, typeOnly })),
    );
    expect(outside.length).toBeGreaterThan(0);
    for (const { specifier, typeOnly } of outside) {
      expect(specifier).toMatch(/^\.\.\/core\/[a-z-]+\.ts$/);
      expect(typeOnly).toBe(true);
    }
  });

  it('compile against what browsers have, without the types of Node', () => {
    const options = { types: [], lib: ['es2022', 'dom'] };
    expect(runTsc({}, options, [path.join(CLIENT, 'index.ts')]).output).toBe('');
    // The check sees what it should: without browsers' types there is no fetch.
    const none = runTsc({}, { types: [], lib: ['es2022'] }, [path.join(CLIENT, 'index.ts')]);
    expect(none.output).toContain("'fetch'");
  });
});

describe('in a world that has what browsers have and nothing of Node', () => {
  let compiled: string;
  beforeAll(() => {
    compiled = mkdtempSync(path.join(tmpdir(), 'featuregraph-client-'));
    const { output } = runTsc(
      {},
      {
        noEmit: false,
        outDir: compiled,
        rootDir: path.join(REPOSITORY, 'src'),
        module: 'commonjs',
        moduleResolution: 'bundler',
        verbatimModuleSyntax: false,
        types: [],
        lib: ['es2022', 'dom'],
      },
      [path.join(CLIENT, 'index.ts')],
    );
    expect(output).toBe('');
  });
  afterAll(() => rmSync(compiled, { recursive: true }));

  function loadClient(): { readonly createClient: typeof createClient } {
    const world = vm.createContext({
      ...{ fetch, AbortController, AbortSignal, URL, crypto, performance },
      ...{ setTimeout, clearTimeout },
      location: { href: 'https://shop.example.com/cart' },
    });
    const loaded = new Map<string, object>();
    const load = (file: string): object => {
      const known = loaded.get(file);
      if (known !== undefined) return known;
      const exports = {};
      loaded.set(file, exports);
      const run = vm.runInContext(`(function (exports, require) {${readFileSync(file, 'utf8')}\n})`, world);
      run(exports, (specifier: string) => load(path.resolve(path.dirname(file), specifier)));
      return exports;
    };
    return load(path.join(compiled, 'client/index.js')) as ReturnType<typeof loadClient>;
  }

  it('it queries, retries, batches and ends at its deadline', async () => {
    const server = await openRudeServer((response, number, { body }) => {
      if (number === 1) response.destroy();
      else if (body.query === '{ slow }') return;
      else answerJson(response, 200, { data: { list: [1, 2] } });
    });
    const client = loadClient().createClient({ url: server.url });
    expect(await client.query('{ list }')).toMatchObject({ ok: true, data: { list: [1, 2] } });
    expect(server.requests).toHaveLength(2);
    const lookup = client.batched<{ list: number[] }, { keys: string[] }, 'keys'>(
      'query Q($keys: [ID!]!) { list(keys: $keys) }',
      {
        keys: 'keys',
      },
    );
    const items = await Promise.all([lookup('a'), lookup('b')]);
    expect(items.map(({ data }) => data)).toEqual([1, 2]);
    expect(server.requests).toHaveLength(3);
    const late = await client.query('{ slow }', {}, { deadlineMs: 50 });
    expect(late.error).toMatchObject({ kind: 'timeout' });
    await server.close();
  });

  it('an address may be relative to the page', () => {
    const { createClient: create } = loadClient();
    expect(() => create({ url: '/graphql' })).not.toThrow();
    expect(() => create({ url: 'https://' })).toThrow('Expected url');
  });
});
