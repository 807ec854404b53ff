import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { parse } from 'yaml';
import { readWorkflowCommand } from '../checks/read-workflow-command.ts';

/** `examples/domain-repo` as its team and its CI use it: each `run` of the workflow, in a copy of the folder. */
const ROOT = path.resolve(import.meta.dirname, '../..');
const EXAMPLE = path.join(ROOT, 'examples/domain-repo');
const XSD = readFileSync(path.join(ROOT, 'test/checks/junit.xsd'), 'utf8');
/** Installing is another test's: here the command is that of the sources. */
const INSTALL = 'npm ci';

interface Step {
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly if?: string;
}

interface Workflow {
  readonly on: object;
  readonly jobs: Readonly<
    Record<string, { readonly 'timeout-minutes': number; readonly steps: readonly Step[] }>
  >;
}

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-team-'));
  cpSync(EXAMPLE, path.join(folder, 'trips'), { recursive: true });
  const program = path.join(folder, 'bin/featuregraph');
  mkdirSync(path.dirname(program));
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${ROOT}/src/cli/main.ts" "$@"\n`);
  chmodSync(program, 0o755);
});

afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => path.join(folder, 'trips', name);

function workflow(): Workflow {
  return parse(readFileSync(at('.github/workflows/schema.yml'), 'utf8')) as Workflow;
}

/** @returns what each step printed, as far as the job came. */
function runJob(name: string): { readonly failed: boolean; readonly printed: readonly string[] } {
  const printed: string[] = [];
  let failed = false;
  for (const { run, env = {}, if: condition } of workflow().jobs[name]?.steps ?? []) {
    if (run === undefined || run === INSTALL || (failed && condition !== 'always()')) continue;
    const { status, stdout } = spawnSync('bash', ['-e', '-c', run], {
      cwd: path.join(folder, 'trips'),
      env: { HOME: folder, PATH: `${path.join(folder, 'bin')}:${process.env.PATH}`, ...env },
      encoding: 'utf8',
    });
    printed.push(stdout);
    if (status !== 0) failed = true;
  }
  return { failed, printed };
}

function edit(name: string, from: string, to: string): void {
  const text = readFileSync(at(name), 'utf8');
  expect(text).toContain(from);
  writeFileSync(at(name), text.replace(from, to));
}

/** The folder of versions that the workflow checks out: what was published, as version 1. */
function checkOutVersions(): void {
  cpSync(at('published'), at('versions/versions/000001'), { recursive: true });
  symlinkSync('versions/000001', at('versions/current'));
}

function versions(): string[] {
  return readdirSync(at('versions/versions')).toSorted();
}

async function assertReport(failures: number): Promise<void> {
  const contents = readFileSync(at('report.xml'), 'utf8');
  const { errors } = await validateXML({ xml: [{ fileName: 'report.xml', contents }], schema: XSD });
  expect(errors).toEqual([]);
  expect(contents).toContain(`failures="${failures}"`);
}

describe('a pull request', () => {
  test('that changes nothing passes, and the readme shows what is printed', async () => {
    expect(runJob('check')).toMatchObject({ failed: false, printed: ['', ''] });
    await assertReport(0);
    const { stdout } = spawnSync('sh', [at('ci/check.sh')], {
      env: { HOME: folder, PATH: `${path.join(folder, 'bin')}:${process.env.PATH}` },
      encoding: 'utf8',
    });
    expect(readFileSync(at('README.md'), 'utf8')).toContain(`$ npm run check\n${stdout}`);
  }, 60_000);

  test('that takes away what a model asks for is annotated at its lines, and must not be merged', async () => {
    edit('schema/trips.graphql', '  "What was paid for it, in dollars."\n', '');
    edit('schema/trips.graphql', '  price: Decimal @feature(view: "trip_facts")\n', '');
    const { failed, printed } = runJob('check');
    expect(failed).toBe(true);
    const commands = printed[0]?.trim().split('\n').map(readWorkflowCommand);
    expect(commands).toMatchObject([
      {
        name: 'error',
        properties: { file: 'operations/no-show-features.graphql', title: 'OPERATION_BREAKS NoShowFeatures' },
      },
      {
        name: 'error',
        properties: { file: 'schema/trips.graphql', line: '2', title: 'FEATURE_REMOVED Trip.price' },
        data: expect.stringContaining('touches NoShowFeatures'),
      },
    ]);
    await assertReport(2);
  }, 60_000);

  test('that makes values older sooner is told so, with the model that it touches', () => {
    edit('schema/trips.graphql', 'ttl: "24h"', 'ttl: "6h"');
    const { failed, printed } = runJob('check');
    expect(failed).toBe(false);
    expect(readWorkflowCommand(printed[0] as string)).toMatchObject({
      name: 'warning',
      properties: { file: 'schema/trips.graphql', line: '6', title: 'TTL_CHANGED Trip' },
      data: expect.stringMatching(/counted for 1d and count for 6h.*touches NoShowFeatures/s),
    });
  }, 60_000);
});

describe('a merge', () => {
  test('is published as the next version, beside what the others have', () => {
    checkOutVersions();
    edit(
      'schema/trips.graphql',
      '  "The aircraft',
      '  "Seats booked."\n  seats: Int @feature(view: "trip_facts")\n\n  "The aircraft',
    );
    expect(runJob('publish')).toMatchObject({
      failed: false,
      printed: [expect.stringContaining('Published version 2 (changed: trips)')],
    });
    expect(readFileSync(at('versions/current/supergraph.graphql'), 'utf8')).toContain('Seats booked.');
    expect(readdirSync(at('versions/current/subgraphs'))).toEqual([
      'carrier.graphql',
      'fleet.graphql',
      'trips.graphql',
    ]);
  }, 60_000);

  test('that somebody forced through although it breaks a model is not published', () => {
    checkOutVersions();
    edit('schema/trips.graphql', 'price: Decimal', 'price: Int');
    edit('operations/no-show-features.graphql', '    price\n', '    price(unit: "cents")\n');
    expect(runJob('publish').failed).toBe(true);
    expect(versions()).toEqual(['000001']);
  }, 60_000);
});

test('every job ends in time, and scripts can be run by hand', () => {
  for (const job of Object.values(workflow().jobs)) expect(job['timeout-minutes']).toBeLessThanOrEqual(10);
  const used = Object.values(workflow().jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  for (const script of readdirSync(at('ci'))) expect(used).toContain(`ci/${script}`);
});

test('everything has an owner, and every line of CODEOWNERS means something', () => {
  const rules = readFileSync(at('.github/CODEOWNERS'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/\s+/));
  const files = readdirSync(path.join(folder, 'trips'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `/${path.relative(path.join(folder, 'trips'), path.join(entry.parentPath, entry.name))}`);
  const deciding = files.map((file) =>
    rules.findLast(([pattern]) => pattern === '*' || file.startsWith(pattern as string)),
  );
  expect(new Set(deciding)).toEqual(new Set(rules));
  for (const [, ...owners] of rules) expect(owners.join(' ')).toMatch(/^@[\w-]+\/[\w-]+( @[\w-]+\/[\w-]+)*$/);
});
