import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'acorn';
import { afterAll, expect, test } from 'vitest';

/** The launcher in repositories of its own, whose one dependency is a file beside them: the real npm needs no network. */
const CLI = path.resolve(import.meta.dirname, '../../src/cli');
const SCRIPTS = ['launch.cjs', 'hold-alone.cjs'];
const roots: string[] = [];

afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

function createRoot(main = `console.log('ran', process.argv.slice(2).join(' '));`): string {
  const root = mkdtempSync(path.join(tmpdir(), 'featuregraph-launch-'));
  roots.push(root);
  mkdirSync(path.join(root, 'src/cli'), { recursive: true });
  for (const script of SCRIPTS) cpSync(path.join(CLI, script), path.join(root, 'src/cli', script));
  writeFileSync(path.join(root, 'src/cli/main.ts'), main);
  mkdirSync(path.join(root, 'package'));
  // Of its own content: npm takes what it has seen before from its cache, wherever that was to come from.
  const near = { name: 'near', version: '1.0.0', description: randomUUID() };
  writeFileSync(path.join(root, 'package/package.json'), JSON.stringify(near));
  execFileSync('tar', ['-czf', NEAR, 'package'], { cwd: root });
  writeLock(root, '1.0.0');
  return root;
}

const NEAR = 'near-1.0.0.tgz';

function writeLock(root: string, version: string, resolved = `file:${NEAR}`): void {
  const project = { name: 'launched', version, dependencies: { near: resolved } };
  const hash = createHash('sha512').update(readFileSync(path.join(root, NEAR)));
  const near = { version: '1.0.0', resolved, integrity: `sha512-${hash.digest('base64')}` };
  const lock = { ...project, lockfileVersion: 3, packages: { '': project, 'node_modules/near': near } };
  writeFileSync(path.join(root, 'package.json'), JSON.stringify(project));
  writeFileSync(path.join(root, 'package-lock.json'), JSON.stringify(lock));
}

function changePackage(root: string): void {
  writeFileSync(path.join(root, 'package/index.js'), '');
  execFileSync('tar', ['-czf', NEAR, 'package'], { cwd: root });
  writeLock(root, '1.0.0');
}

interface Run {
  readonly status: number | null;
  readonly output: string;
  readonly durationMs: number;
}

async function launch(
  root: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  nodeArgs: readonly string[] = [],
): Promise<Run> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...nodeArgs, path.join(root, 'src/cli/launch.cjs'), ...args], {
    env: { ...process.env, npm_config_fetch_retries: '0', ...env },
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, output, durationMs: performance.now() - startedAt };
}

const installs = (run: Run): number => run.output.split('Installing the exact versions').length - 1;

test('installs first, then never again until the lock file changes', async () => {
  const root = createRoot();
  const first = await launch(root, ['check', '--json']);
  expect(first).toMatchObject({ status: 0, output: expect.stringContaining('ran check --json') });
  expect(installs(first)).toBe(1);

  const second = await launch(root, ['check']);
  expect(second.output).toBe('ran check\n');
  expect(second.durationMs).toBeLessThan(1500); // 0.1 s alone; this machine may be busy

  writeLock(root, '1.0.1'); // another lock file, but the same packages
  expect(installs(await launch(root, ['check']))).toBe(0);
  changePackage(root);
  expect(installs(await launch(root, ['check']))).toBe(1);
  expect(installs(await launch(root, ['check']))).toBe(0);
});

test('takes over what somebody installed by hand', async () => {
  const root = createRoot();
  execFileSync('npm', ['ci'], { cwd: root });
  expect(installs(await launch(root, []))).toBe(0);
  // But not what he installed for another lock file.
  changePackage(root);
  expect(installs(await launch(root, []))).toBe(1);
});

test('an install that failed says why, is not taken for one, and can be repeated', async () => {
  const root = createRoot();
  writeLock(root, '1.0.0', 'http://127.0.0.1:9/near-1.0.0.tgz');
  const failed = await launch(root, []);
  expect(failed.status).toBe(3);
  expect(failed.output).toContain('npm could not reach its registry, so nothing was installed.');
  expect(failed.output).not.toContain('ran');
  expect(existsSync(path.join(root, 'node_modules/.featuregraph-lock.json'))).toBe(false);

  writeLock(root, '1.0.0');
  const mended = await launch(root, []);
  expect(mended).toMatchObject({ status: 0, output: expect.stringContaining('ran') });
});

test('two at once install once', async () => {
  const root = createRoot();
  const runs = await Promise.all([launch(root, ['a']), launch(root, ['b'])]);
  expect(runs.map(({ status }) => status)).toEqual([0, 0]);
  expect(installs(runs[0]) + installs(runs[1])).toBe(1);
});

test('hands on the exit code', async () => {
  const root = createRoot('process.exitCode = 3;');
  expect((await launch(root, [])).status).toBe(3);
});

/** Starts the launcher over a program that says `serving` and runs on. */
async function launchServing(event: string) {
  const root = createRoot(
    `process.on('${event}', () => process.exit(0)); console.log('serving'); setInterval(() => {}, 1000);`,
  );
  execFileSync('npm', ['ci'], { cwd: root });
  const child = spawn(process.execPath, [path.join(root, 'src/cli/launch.cjs')]);
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output.text += chunk;
    });
  }
  await expect.poll(() => output.text, { timeout: 10_000 }).toBe('serving\n');
  return { child, output };
}

test.each(['SIGINT', 'SIGTERM'] as const)('hands on %s and ends quietly', async (signal) => {
  const { child, output } = await launchServing(signal);
  child.kill(signal);
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(output.text).toBe('serving\n');
});

test('ends what it started when it is killed itself', async () => {
  const { child } = await launchServing('disconnect');
  child.kill('SIGKILL');
  // The program holds the other end of this pipe: it closes when both are gone.
  expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
});

test('too old a Node is told what it needs, in words that it can parse', async () => {
  const root = createRoot();
  const pretend = path.join(root, 'pretend.cjs');
  writeFileSync(pretend, `Object.defineProperty(process, 'version', { value: 'v10.24.1' });`);
  const run = await launch(root, ['start'], {}, ['--require', pretend]);
  expect(run.status).toBe(2);
  expect(run.output).toContain('featuregraph needs Node 20 or newer to start; this is v10.24.1');
  expect(run.output).toContain('nvm install 24');
  // Node 10 knows ECMAScript 2018.
  for (const script of SCRIPTS) {
    const text = readFileSync(path.join(CLI, script), 'utf8').replace(/^#!.*/, '');
    expect(() => parse(text, { ecmaVersion: 2018 })).not.toThrow();
  }
});

test('without npm it says so', async () => {
  const root = createRoot();
  const run = await launch(root, [], { PATH: '/nonexistent', npm_execpath: '' });
  expect(run.status).toBe(2);
  expect(run.output).toContain('npm was not found');
});
