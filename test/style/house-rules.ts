import { isBuiltin } from 'node:module';
import path from 'node:path';
import { blank, lineAt, type SourceFile, scanFunctions, scanImports } from './source-scan.ts';

/**
 * The rules of the house as code, and the only place where the table of rooms stands: who may import whom, which
 * npm packages a room may use, how large things get, what is called only in one place, and what is dead.
 */
export interface Room {
  readonly path: string;
  /** Imports go to a lower level or stay in the room. */
  readonly level: number;
  readonly npm: readonly string[];
  /** Modules of Node that may be used; every one where not given. */
  readonly node?: readonly string[];
}

/** The longest path that fits is a file's room. A folder of a database names its driver itself. */
export const ROOMS: readonly Room[] = [
  { path: 'src/core', level: 0, npm: [], node: ['node:buffer', 'node:crypto', 'node:zlib'] },
  { path: 'src/core/nearest-name.ts', level: 0, npm: ['graphql'], node: [] },
  { path: 'src/client', level: 0, npm: [], node: [] },
  { path: 'src/observability', level: 1, npm: ['pino', 'prom-client', '@opentelemetry/api'] },
  { path: 'src/registry', level: 1, npm: ['graphql', 'graphql-scalars', '@apollo/subgraph'] },
  { path: 'src/stores', level: 2, npm: ['cockatiel'] },
  { path: 'src/stores/lmdb', level: 2, npm: ['lmdb'] },
  { path: 'src/stores/redis', level: 2, npm: ['ioredis'] },
  { path: 'src/stores/cassandra', level: 2, npm: ['cassandra-driver'] },
  { path: 'schema', level: 2, npm: ['graphql'] },
  { path: 'src/features', level: 3, npm: ['dataloader'] },
  { path: 'src/tenancy', level: 3, npm: ['graphql', 'graphql-query-complexity', 'jose'] },
  { path: 'src/tenancy/usage', level: 3, npm: ['yaml', 'zod'] },
  { path: 'src/ingestion', level: 3, npm: ['@duckdb/node-api', 'csv-parse'] },
  { path: 'src/engine', level: 4, npm: ['graphql', 'apache-arrow'] },
  { path: 'src/subgraph', level: 5, npm: ['graphql', '@apollo/server', '@apollo/subgraph'] },
  { path: 'src/training', level: 5, npm: ['@duckdb/node-api'] },
  {
    path: 'gateway',
    level: 5,
    npm: [
      'graphql',
      '@apollo/server',
      '@theguild/federation-composition',
      '@graphql-inspector/core',
      '@graphql-hive/router-query-planner',
      'undici',
      'fastify',
      'cockatiel',
    ],
  },
  { path: 'examples/flights', level: 5, npm: ['@duckdb/node-api'] },
  {
    path: 'examples/delay-client',
    level: 5,
    npm: ['featuregraph', '@graphql-typed-document-node/core'],
  },
  { path: 'src/config', level: 5, npm: ['zod'] },
  { path: 'src/config.ts', level: 6, npm: ['zod'] },
  { path: 'src/index.ts', level: 7, npm: [] },
  { path: 'src/workspace.ts', level: 7, npm: [] },
  { path: 'src/signing-keys.ts', level: 7, npm: [] },
  { path: 'src/pepper.ts', level: 7, npm: [] },
  { path: 'src/open-tenants.ts', level: 7, npm: [] },
  { path: 'src/open-budgets.ts', level: 7, npm: [] },
  { path: 'src/open-audit.ts', level: 8, npm: [] },
  { path: 'src/open-usage.ts', level: 8, npm: [] },
  { path: 'src/credentials.ts', level: 8, npm: [] },
  { path: 'src/front.ts', level: 9, npm: ['fastify'] },
  { path: 'src/served-supergraph.ts', level: 9, npm: ['@apollo/server'] },
  { path: 'src/served-graph.ts', level: 10, npm: [] },
  { path: 'src/subgraph-app.ts', level: 11, npm: [] },
  { path: 'src/supergraph-app.ts', level: 11, npm: [] },
  { path: 'src/app.ts', level: 11, npm: [] },
  { path: 'src/cli', level: 12, npm: ['commander', 'cli-progress', 'cli-table3', 'picocolors'] },
];

/** What may import anything: nothing of ours depends on it. */
const OUTSIDE = /^(?:test|bench|docs|deploy)\/|^[^/]+\.ts$/;

/** Where a program or a tool begins; what none of them reaches is dead. */
export const ENTRIES: readonly RegExp[] = [
  /^src\/cli\/launch\.cjs$/,
  /^src\/cli\/(?:main|bin)\.ts$/, // of the repository, of the package
  /^src\/app\.ts$/,
  /^src\/(?:client\/)?index\.ts$/, // what the package exports
  /^examples\/delay-client\/main\.ts$/,
  /\/generated\//, // written by a tool, whole
  /^[^/]+\.ts$/,
  /^schema\/[^/]+\.ts$/, // read by name, beside its SDL
  /^bench\/[^/]+\.ts$/,
  /^bench\/serve\/[a-z]+-server\.ts$/, // contestants, started by name
  /^docs\/generate\.ts$/,
  /^deploy\/[^/]+\.ts$/, // named by the Dockerfile and by docker-compose.yml
  /^test\/(?:(?:fairness|faults|history|isolation|hostile|metering|mutants)\/)?run\.ts$/,
  /^test\/services\/(?:run|global-setup)\.ts$/,
  /^test\/.*\.test\.ts$/,
];

const CODE = /\.[cm]?[jt]s$/;

export const FILE_LINES_MAX = 400;
export const FUNCTION_LINES_MAX = 60;

interface BannedCall {
  readonly call: RegExp;
  readonly shown: string;
  readonly instead: string;
  readonly allowedIn: RegExp;
}

export const BANNED_CALLS: readonly BannedCall[] = [
  {
    call: /\bDate\.now\b|\bnew Date\(\s*\)/,
    shown: 'the current time',
    instead: 'take a `Clock` (src/core/clock.ts) as a parameter and call `nowMs()`',
    allowedIn: /^src\/core\/clock\.ts$/,
  },
  {
    call: /\bperformance\.now\b|\bprocess\.hrtime\b/,
    shown: 'the machine’s stopwatch',
    instead: 'take a `Clock` (src/core/clock.ts) as a parameter and call `monotonicMs()`',
    // The client runs in browsers, without the core.
    allowedIn: /^src\/(?:core|client)\/clock\.ts$/,
  },
  {
    call: /\bMath\.random\b/,
    shown: 'Math.random',
    instead: 'take a source of randomness as a parameter; for secrets and ids use node:crypto',
    allowedIn: /^$/,
  },
  {
    call: /\brandomInt\b/,
    shown: 'randomInt',
    instead:
      'take a source of randomness as a parameter; `systemRandom` (src/core/random.ts) is the one to pass',
    // The two seeds of tables are drawn once, before anybody could pass one.
    allowedIn: /^src\/(?:core\/random|stores\/tiers\/wave-table|engine\/compiled\/representation-set)\.ts$/,
  },
  {
    call: /\bprocess\.env\b/,
    shown: 'process.env',
    instead: 'add a field to src/config.ts and pass it on',
    // The client is a program of its own, and what begins the command line sets how libraries behave.
    allowedIn: /^(?:src\/config|src\/cli\/bin|examples\/delay-client\/main)\.ts$/,
  },
  {
    call: /\bconsole\s*\.\s*\w+/,
    shown: 'console',
    instead: 'use the logger of src/observability, or print in src/cli',
    allowedIn: /^src\/cli\//,
  },
  {
    call: /\bprocess\.exit(?:Code)?\b/,
    shown: 'process.exit',
    instead: 'throw, and let src/cli choose the exit code',
    allowedIn: /^src\/cli\//,
  },
];

const CATCH_ALL_FOLDERS = new Set(['utils', 'util', 'lib', 'common', 'helpers', 'misc', 'shared']);
/** SQL files bear the name of the view they fill, and views are snake_case. */
const VIEW_FILE = /^[a-z0-9]+(?:_[a-z0-9]+)*\.sql$/;
const KEBAB_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;

/** A problem in one line: `path:line what is wrong; what to do`. */
export type Violation = string;

export function roomOf(file: string): Room | undefined {
  return ROOMS.filter((room) => file === room.path || file.startsWith(`${room.path}/`)).toSorted(
    (a, b) => b.path.length - a.path.length,
  )[0];
}

/** The room for directions: a database's folder is part of the stores. */
function topRoom(room: Room): Room {
  return ROOMS.find((other) => room.path.startsWith(`${other.path}/`)) ?? room;
}

export function checkRooms(files: readonly SourceFile[]): Violation[] {
  const violations: Violation[] = [];
  for (const file of files) {
    if (OUTSIDE.test(file.path)) continue;
    const room = roomOf(file.path);
    if (room === undefined) {
      violations.push(
        `${file.path}:1 stands in no room; move it, or add a room to test/style/house-rules.ts`,
      );
      continue;
    }
    for (const site of scanImports(file)) {
      const problem = importProblem(room, file.path, site.specifier, site.typeOnly);
      if (problem !== null) violations.push(`${file.path}:${site.line} ${problem}`);
    }
  }
  return violations;
}

function importProblem(room: Room, from: string, specifier: string, typeOnly: boolean): string | null {
  if (specifier.startsWith('node:')) {
    return room.node === undefined || room.node.includes(specifier)
      ? null
      : `imports ${specifier}; ${room.path} is pure, so take what you need as a parameter`;
  }
  // The launcher runs on Nodes that do not know the prefix `node:`.
  if (from.endsWith('.cjs') && isBuiltin(specifier)) return null;
  if (!specifier.startsWith('.')) return npmProblem(room, specifier);
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(from), specifier));
  if (!path.extname(target)) return `imports ${specifier} without its ending; write it out (\`.ts\`)`;
  if (!CODE.test(target)) return null; // a file that is read, not code that is known
  if (room.path === 'src/client') {
    const isType = typeOnly && target.startsWith('src/core/');
    return isType || target.startsWith('src/client/')
      ? null
      : `imports ${target}; the client may only take types of src/core`;
  }
  if (OUTSIDE.test(target))
    return `imports ${target}, which no room may know; move the shared part into a room`;
  const there = roomOf(target);
  if (there === undefined) return `imports ${target}, which stands in no room`;
  const [here, other] = [topRoom(room), topRoom(there)];
  if (here === other || other.level < here.level) return null;
  const why = other.level === here.level ? 'rooms of one level do not know each other' : 'that is upwards';
  return `imports ${target}, but ${why} (${here.path} is level ${here.level}, ${other.path} ${other.level}); move the shared part down, or pass it in from src/app.ts`;
}

function npmProblem(room: Room, specifier: string): string | null {
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  const allowed = [...new Set([...room.npm, ...topRoom(room).npm])];
  return allowed.includes(name)
    ? null
    : `imports ${name}, which ${room.path} may not use (allowed: ${allowed.join(', ') || 'none'}); the table is ROOMS in test/style/house-rules.ts`;
}

/** @param ratchet path (or `path#function`) → lines it has now. May only shrink: a smaller thing must be listed smaller. */
export function checkSizes(
  files: readonly SourceFile[],
  ratchet: Readonly<Record<string, number>>,
): Violation[] {
  const violations: Violation[] = [];
  const seen = new Set<string>();
  const measure = (name: string, where: string, lines: number, max: number): void => {
    const allowed = ratchet[name] ?? max;
    seen.add(name);
    if (lines > allowed)
      violations.push(`${where} ${name} has ${lines} lines, at most ${allowed}; split it by what it does`);
    else if (name in ratchet && lines <= max)
      violations.push(`${where} ${name} is small enough now (${lines}); take it off the ratchet`);
    else if (lines < allowed && name in ratchet)
      violations.push(`${where} ${name} shrank to ${lines}; lower the ratchet from ${allowed}`);
  };
  for (const file of files) {
    measure(file.path, `${file.path}:1`, file.text.trimEnd().split('\n').length, FILE_LINES_MAX);
    if (OUTSIDE.test(file.path)) continue; // a `describe` is a chapter, not a function
    for (const span of scanFunctions(file))
      measure(`${file.path}#${span.name}`, `${file.path}:${span.line}`, span.lines, FUNCTION_LINES_MAX);
  }
  for (const name of Object.keys(ratchet))
    if (!seen.has(name)) violations.push(`${name} is gone; take it off the ratchet`);
  return violations;
}

export function checkBannedCalls(files: readonly SourceFile[]): Violation[] {
  const violations: Violation[] = [];
  for (const file of files) {
    if (OUTSIDE.test(file.path) && file.path !== 'featuregraph.config.ts') continue;
    if (file.path.endsWith('.cjs')) continue; // before anything is installed there is no clock or configuration
    const code = blank(file.text, { keepStrings: false });
    for (const banned of BANNED_CALLS) {
      if (banned.allowedIn.test(file.path)) continue;
      for (const match of code.matchAll(new RegExp(banned.call, 'g')))
        violations.push(`${file.path}:${lineAt(code, match.index)} uses ${banned.shown}; ${banned.instead}`);
    }
  }
  return violations;
}

/** Files that no entry reaches. In the rooms a test does not count: code that only tests use is dead. */
export function checkDeadFiles(files: readonly SourceFile[]): Violation[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const isEntry = (file: string): boolean => ENTRIES.some((entry) => entry.test(file));
  const reachable = (entries: string[]): Set<string> => {
    const reached = new Set(entries);
    for (const from of reached) {
      for (const site of scanImports(byPath.get(from) as SourceFile)) {
        if (!site.specifier.startsWith('.')) continue;
        const target = path.posix.normalize(path.posix.join(path.posix.dirname(from), site.specifier));
        if (byPath.has(target)) reached.add(target);
      }
    }
    return reached;
  };
  const entries = files.map((file) => file.path).filter(isEntry);
  const byProgram = reachable(entries.filter((entry) => !entry.startsWith('test/')));
  const byAnything = reachable(entries);
  return files
    .filter((file) => !file.path.endsWith('.d.cts'))
    .filter((file) => !(file.path.startsWith('test/') ? byAnything : byProgram).has(file.path))
    .map((file) =>
      byAnything.has(file.path)
        ? `${file.path}:1 is reached by tests alone; use it, move it to test/, or delete it`
        : `${file.path}:1 is imported by nothing; use it or delete it`,
    );
}

export function checkNames(paths: readonly string[]): Violation[] {
  const violations: Violation[] = [];
  for (const file of paths) {
    const segments = file.split('/');
    const folder = segments.slice(0, -1).find((segment) => CATCH_ALL_FOLDERS.has(segment));
    if (folder !== undefined)
      violations.push(`${file}:1 stands in a folder named ${folder}; name it after what lives there`);
    const name = segments.find((segment) => !KEBAB_NAME.test(segment) && !VIEW_FILE.test(segment));
    if (name !== undefined) violations.push(`${file}:1 has the name ${name}; names are kebab-case`);
  }
  return violations;
}

/** A file says first what it is for: a comment stands before its first statement, imports aside. */
export function checkOpenings(files: readonly SourceFile[]): Violation[] {
  return files
    .filter((file) => !OUTSIDE.test(file.path) && file.path.endsWith('.ts'))
    .filter((file) => {
      const statements = file.text
        .replace(/^#!.*\n/, '')
        .replace(/^\s*import\b[^;]*;[ \t]*$/gm, '')
        .trimStart();
      return !statements.startsWith('/*') && !statements.startsWith('//') && !file.text.startsWith('/*');
    })
    .map((file) => `${file.path}:1 does not say what it is for; begin with a comment of one sentence`);
}
