/**
 * `npm run build`: the package's JavaScript and types in dist/, and nothing that it does not need. The folders stand
 * as they do here, so that what a file opens beside itself is found at the same place.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { explorerFiles } from './gateway/explorer/explorer-page.ts';
import packageJson from './package.json' with { type: 'json' };

const ROOT = import.meta.dirname;
const OUT = path.join(ROOT, 'dist');
/** Put in place when it is whole: somebody may be running what stands there. */
const BUILDING = `${OUT}.${process.pid}`;
const EXPLORER = 'gateway/explorer';
const PROGRAMS = ['src/cli/bin.js', 'src/index.js', 'src/client/index.js'];
const TYPED = ['src/index.d.ts', 'src/client/index.d.ts'];

try {
  rmSync(BUILDING, { recursive: true, force: true });
  compile();
  pointTypesAtBuiltFiles();
  writeManifest();
  copyExplorer();
  copyOpenedFiles();
  copyPlainScripts();
  keepReached([...PROGRAMS, ...TYPED]);
  rmSync(OUT, { recursive: true, force: true });
  renameSync(BUILDING, OUT);
} finally {
  rmSync(BUILDING, { recursive: true, force: true });
}

function compile(): void {
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(
    process.execPath,
    [tsc, '-p', path.join(ROOT, 'tsconfig.build.json'), '--outDir', BUILDING],
    // Standard output is the caller's: `npm pack --json` prints its answer there.
    { stdio: ['ignore', process.stderr, process.stderr] },
  );
  if (status !== 0) throw new Error('The TypeScript compiler found mistakes; they are listed above.');
}

/** The compiler leaves `./x.ts` in declarations, where no such file stands any more. */
function pointTypesAtBuiltFiles(): void {
  for (const file of globSync('**/*.d.ts', { cwd: BUILDING })) {
    const text = readFileSync(path.join(BUILDING, file), 'utf8');
    writeFileSync(path.join(BUILDING, file), text.replace(/(['"]\.{1,2}\/[^'"\n]*)\.ts(['"])/g, '$1.js$2'));
  }
}

/** What the program says of itself, and what makes Node take its files for modules. */
function writeManifest(): void {
  const { name, version, description, type, engines } = packageJson;
  const manifest = { name, version, description, type, engines };
  writeFileSync(path.join(BUILDING, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** The explorer's browser builds, with the licences of all that is in them; as packages they would bring 11 MB. */
function copyExplorer(): void {
  const own = path.join(ROOT, EXPLORER);
  const packaged = path.join(BUILDING, EXPLORER, 'packaged');
  mkdirSync(packaged, { recursive: true });
  for (const [address, { file }] of explorerFiles())
    if (path.dirname(file) !== own) cpSync(file, path.join(packaged, path.posix.basename(address)));
  const packages = new Map<string, string>();
  for (const name of ['graphiql', 'react', 'react-dom']) collectLicences(name, ROOT, packages);
  const texts = [...packages].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  writeFileSync(
    path.join(packaged, 'LICENSES.txt'),
    `The files in this folder were built from these packages.\n\n${texts.join(`\n\n${'-'.repeat(78)}\n\n`)}\n`,
  );
}

/** @param found `name version` → its licence, for the package and all that it depends on. */
function collectLicences(name: string, from: string, found: Map<string, string>): void {
  let at = from;
  while (!existsSync(path.join(at, 'node_modules', name, 'package.json'))) {
    if (at === path.dirname(at)) return; // an optional peer that is not there, so it is in no build either
    at = path.dirname(at);
  }
  const folder = path.join(at, 'node_modules', name);
  const { version, license, dependencies } = JSON.parse(
    readFileSync(path.join(folder, 'package.json'), 'utf8'),
  ) as { version: string; license?: string; dependencies?: Record<string, string> };
  const title = `${name} ${version}`;
  if (found.has(title)) return;
  const file = readdirSync(folder).find((entry) => /^(?:licen[cs]e|copying)(?:\.|$)/i.test(entry));
  const text = file === undefined ? '' : `\n\n${readFileSync(path.join(folder, file), 'utf8').trim()}`;
  found.set(title, `${title} (${license ?? 'no licence named'})${text}`);
  for (const dependency of Object.keys(dependencies ?? {})) collectLicences(dependency, folder, found);
}

/** What the code opens beside itself and is no code: `new URL('./explorer.css', import.meta.url)`. */
function copyOpenedFiles(): void {
  for (const file of globSync('**/*.js', { cwd: BUILDING })) {
    const text = readFileSync(path.join(BUILDING, file), 'utf8');
    for (const [, opened] of text.matchAll(/\bnew URL\(\s*['"](\.[^'"]+)['"],\s*import\.meta\.url/g)) {
      const target = path.join(path.dirname(file), opened as string);
      if (existsSync(path.join(BUILDING, target))) continue;
      if (/\.[cm]?ts$/.test(target))
        throw new Error(`${file} opens ${target}, which is code: name it in tsconfig.build.json.`);
      if (!existsSync(path.join(ROOT, target)))
        throw new Error(`${file} opens ${target}, which is not there.`);
      cpSync(path.join(ROOT, target), path.join(BUILDING, target), { recursive: true });
    }
  }
}

/** What is JavaScript already, `.cjs`, is nothing for the compiler. */
function copyPlainScripts(): void {
  for (const file of globSync('**/*.js', { cwd: BUILDING })) {
    const text = readFileSync(path.join(BUILDING, file), 'utf8');
    for (const [, imported] of text.matchAll(/\bfrom ['"](\.[^'"]+\.cjs)['"]/g)) {
      const target = path.join(path.dirname(file), imported as string);
      cpSync(path.join(ROOT, target), path.join(BUILDING, target));
    }
  }
}

function isOfBrowsers(file: string): boolean {
  return /[\\/](?:packaged[\\/][^\\/]+|explorer)\.js$/.test(file);
}

/** Deletes what no entry imports: files of types alone leave empty modules, and inner declarations are nobody's. */
function keepReached(entries: readonly string[]): void {
  const reached = new Set(entries.map((entry) => path.normalize(entry)));
  for (const file of reached) {
    const text = readFileSync(path.join(BUILDING, file), 'utf8');
    for (const [, specifier] of text.matchAll(/\b(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)) {
      const target = path.join(path.dirname(file), specifier as string);
      if (target.endsWith('.json')) continue;
      reached.add(file.endsWith('.d.ts') ? target.replace(/\.js$/, '.d.ts') : target);
    }
  }
  for (const file of globSync('**/*.{js,ts}', { cwd: BUILDING }))
    if (!reached.has(path.normalize(file)) && !isOfBrowsers(file)) rmSync(path.join(BUILDING, file));
  for (const folder of globSync('**/', { cwd: BUILDING }).toSorted((a, b) => b.length - a.length)) {
    const full = path.join(BUILDING, folder);
    if (readdirSync(full).length === 0) rmdirSync(full);
  }
}
