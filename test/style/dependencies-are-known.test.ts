import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** What may be in the package that we hand out, and beside it. */
const ALLOWED = new Set(['MIT', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'ISC', '0BSD']);

/** Permissive as well, each looked at: who brings it, and that it asks for no more than the others. */
const LOOKED_AT: Readonly<Record<string, string>> = {
  'lru-cache': 'BlueOak-1.0.0', // @apollo/server; permissive, with a patent grant
};

/** Tools that stay here; none of their code is handed out. */
const TOOLS: Readonly<Record<string, string>> = {
  minimatch: 'BlueOak-1.0.0', // @graphql-codegen/cli
  'caniuse-lite': 'CC-BY-4.0', // data of @babel's targets
  argparse: 'Python-2.0', // cosmiconfig reads YAML with it
  lightningcss: 'MPL-2.0', // vite; unchanged
};

/** They would build from source or fetch what is in a package of its own: everything works without (`--ignore-scripts`). */
const SCRIPTS_NOT_RUN = ['@apollo/protobufjs', 'lmdb', 'msgpackr-extract'];

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
}

const { packages } = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>;
};
const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Record<
  'dependencies' | 'devDependencies',
  Record<string, string>
>;
const installed = Object.entries(packages)
  .filter(([at, { link }]) => at.includes('node_modules/') && link !== true)
  .map(([at, locked]) => ({ name: at.slice(at.lastIndexOf('node_modules/') + 13), ...locked }));

/** `(MIT OR Apache-2.0)`: one of them suffices; of `AND`, all are needed. */
function isAllowed(license: string | undefined): boolean {
  const text = (license ?? '').replace(/^\(|\)$/g, '');
  if (text.includes(' OR ')) return text.split(' OR ').some((one) => ALLOWED.has(one));
  return text.split(' AND ').every((one) => ALLOWED.has(one));
}

describe('what we depend on', () => {
  test('has a licence that lets everybody use it', () => {
    const refused = installed
      .filter(({ dev, license }) => dev !== true && !isAllowed(license))
      .filter(({ name, license }) => LOOKED_AT[name] !== license)
      // npm's own packages of Node's binary tell their licence in a file, which is Node's.
      .filter(({ name, license }) => !(license === undefined && /^node-/.test(name)));
    expect(refused.map(({ name, license }) => `${name} ${license}`)).toEqual([]);
  });

  test('as a tool, too, save what was looked at', () => {
    const refused = installed
      .filter(({ dev, license }) => dev === true && !isAllowed(license))
      .filter(({ name, license }) => TOOLS[name.replace(/^(lightningcss)-.*/, '$1')] !== license);
    expect(refused.map(({ name, license }) => `${name} ${license}`)).toEqual([]);
  });

  test('is pinned to exact versions, by us and by the lock', () => {
    const all = { ...manifest.dependencies, ...manifest.devDependencies };
    const loose = Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version));
    expect(loose).toEqual([]);
    for (const { name, version } of installed) expect(version, name).toMatch(/^\d+\.\d+\.\d+/);
  });

  test('needs no script at its installation', () => {
    const scripts = installed.filter(({ hasInstallScript }) => hasInstallScript === true);
    expect([...new Set(scripts.map(({ name }) => name))].toSorted()).toEqual(SCRIPTS_NOT_RUN);
    const launcher = readFileSync(path.join(ROOT, 'src/cli/launch.cjs'), 'utf8');
    expect(launcher).toContain('--ignore-scripts');
  });

  // Asked with `--omit dev` in this folder, npm leaves out what a tool depends on as well: so it is asked where there
  // are no tools, as at those who install the package.
  test('is told by `npm sbom`, all of it that is handed out', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-sbom-'));
    try {
      writeWithoutTools(folder);
      const { stdout } = await promisify(execFile)(
        'npm',
        ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'],
        { cwd: folder, maxBuffer: 64 * 1024 * 1024 },
      );
      const { components } = JSON.parse(stdout) as { components: { name: string; version: string }[] };
      const told = new Set(components.map(({ name, version }) => `${name}@${version}`));
      const handedOut = installed.filter(({ dev, name }) => dev !== true && !/^node-/.test(name));
      for (const { name, version } of handedOut) expect(told).toContain(`${name}@${version}`);
      expect(handedOut.length).toBeGreaterThan(Object.keys(manifest.dependencies).length);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 120_000);
});

function writeWithoutTools(folder: string): void {
  const { devDependencies: _, workspaces: __, ...kept } = { workspaces: null, ...manifest };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(kept));
  const lock = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'));
  delete lock.packages[''].devDependencies;
  delete lock.packages[''].workspaces;
  for (const [at, { dev, link }] of Object.entries(packages))
    if (dev === true || link === true || at === 'runtime') delete lock.packages[at];
  writeFileSync(path.join(folder, 'package-lock.json'), JSON.stringify(lock));
}
