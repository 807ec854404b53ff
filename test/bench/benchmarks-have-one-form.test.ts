/** Every benchmark can be run by one command, and gives figures of one form; what is not comparable is not timed. */
import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Contestant } from '../../bench/form/contestant.ts';
import { type Load, type RequestShape, startLoad } from '../../bench/form/load.ts';
import { race } from '../../bench/form/race.ts';
import type { Report } from '../../bench/form/report.ts';
import { requireRedis, withService } from '../services/services.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

function bench(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bench/run.ts', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    // Vitest's own would tell libraries that they are being tested.
    env: { ...process.env, NODE_ENV: '' },
  });
  return { status, stdout, stderr };
}

/** Each takes ten seconds and more. */
const IS_LONG = process.env.FEATUREGRAPH_TEST_LONG === '1';

const SERVE_WORKS = [
  ...['1 × 50', '100 × 50', '100 × 50 over 5 views', '500 × 50', '100 × 50 of three domains'],
];
const SERVE_CONTESTANTS = ['apollo', 'featuregraph', 'floor'];

/** Contestants compare answers before anything is timed, so a run that ends well had the same bytes of all. */
function serves(store: string, notes: RegExp): void {
  const { status, stdout, stderr } = bench('serve', '--store', store, '--quick', '--json');
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const report = JSON.parse(stdout) as Report;
  expect(report.machine).toMatchObject({ cpu: expect.any(String), cores: expect.any(Number) });
  expect(report.node).toBe(process.version);
  const { results, ratios } = report;
  expect(results.map(({ contestant, work }) => `${contestant}: ${work}`).toSorted()).toEqual(
    SERVE_CONTESTANTS.flatMap((name) => SERVE_WORKS.map((work) => `${name}: ${work}`)).toSorted(),
  );
  for (const { requestsPerSecond, p50Ms, p99Ms, cpuUsPerRequest } of results) {
    expect(requestsPerSecond).toBeGreaterThan(0);
    expect(p50Ms).toBeGreaterThan(0);
    expect(p99Ms).toBeGreaterThanOrEqual(p50Ms);
    const { min, median, max } = cpuUsPerRequest;
    expect([min, median, max]).toEqual([min, median, max].toSorted((a, b) => a - b));
    expect(min).toBeGreaterThan(0);
  }
  const medianOf = (name: string, at: string): number =>
    results.find(({ contestant, work }) => contestant === name && work === at)?.cpuUsPerRequest.median ?? 0;
  expect(ratios.map(({ of, to, work }) => `${of} to ${to}: ${work}`).toSorted()).toEqual(
    ['apollo', 'floor']
      .flatMap((to) => SERVE_WORKS.map((work) => `featuregraph to ${to}: ${work}`))
      .toSorted(),
  );
  for (const { of, to, work, cpu, ofRounds } of ratios) {
    expect(cpu).toBeCloseTo(medianOf(of, work) / medianOf(to, work));
    expect(ofRounds?.min).toBeGreaterThan(0);
  }
  expect(report.notes).toHaveLength(SERVE_WORKS.length);
  for (const note of report.notes ?? []) expect(note).toMatch(notes);
}

await withService(requireRedis, () => {
  test('serve --store redis: the same, and Redis answered', { timeout: 120_000 }, () =>
    serves('redis', /: 100\.0 % of the blocks from Redis$/),
  );
});

describe('npm run bench', () => {
  test('serve --store lmdb: all contestants at every work, and ratios', { timeout: 120_000 }, () =>
    serves('lmdb', /: all rows from LMDB$/),
  );

  test('gateway: three gateways give the same values at every size', { timeout: 120_000 }, () => {
    const { status, stdout, stderr } = bench('gateway', '--quick', '--json');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const { results, ratios } = JSON.parse(stdout) as Report;
    const pairs = results.map(({ contestant, work }) => `${contestant}: ${work}`);
    expect(pairs.toSorted()).toEqual(
      ['featuregraph', 'floor', 'hive']
        .flatMap((name) => ['1', '10', '100', '500'].map((users) => `${name}: ${users} × 51`))
        .toSorted(),
    );
    expect(ratios).toHaveLength(8);
  });

  test('connections: with and without idle ones, and what those cost', { timeout: 120_000 }, () => {
    const { stdout, stderr } = bench('connections', '--quick', '--json');
    expect(stderr).toBe('');
    const { results, bounds } = JSON.parse(stdout) as Report;
    expect(results.map(({ work }) => work)).toEqual(['16 active', '16 active, 300 idle']);
    expect(bounds.map(({ what, max, unit }) => [what, max, unit])).toEqual([
      ['memory of an idle connection', 20, 'kB'],
      ['p99 beside idle connections', 1.1, '×'],
    ]);
    for (const { seen } of bounds) expect(seen).toBeGreaterThan(0);
  });

  test('allocate: what a request allocates, at three sizes', { timeout: 300_000 }, () => {
    const { stdout, stderr } = bench('allocate', '--store', 'lmdb', '--quick', '--json');
    expect(stderr).toBe('');
    const { notes } = JSON.parse(stdout) as Report;
    const sizes = notes?.map(
      (note) => /^(\d+ × \d+): +[\d,]+ bytes in the heap, +[\d,]+ in buffers/.exec(note)?.[1],
    );
    expect(sizes?.filter((size) => size !== undefined)).toEqual(['100 × 25', '100 × 50', '200 × 50']);
  });

  if (IS_LONG) {
    test('calibrate --store redis: what the server takes is measured, too', { timeout: 120_000 }, () => {
      const { stdout, stderr } = bench('calibrate', '--store', 'redis', '--quick', '--json');
      expect(stderr).toBe('');
      const { results } = JSON.parse(stdout) as Report;
      expect(results).toHaveLength(2 * 72);
    });

    test('serve --store memory: the same, and how much memory answered', { timeout: 120_000 }, () =>
      serves('memory', /: \d+\.\d % of the blocks from memory$/),
    );

    test('soak: what a server has in memory as operations go by', { timeout: 300_000 }, () => {
      const { stdout, stderr } = bench('soak', '--quick', '--json');
      expect(stderr).toBe('');
      const { notes } = JSON.parse(stdout) as Report;
      expect(notes?.at(-2)).toMatch(
        /^ +2,000 operations: +\d+\.\d\d MiB in the heap, +\d+\.\d\d in buffers$/,
      );
    });
  }

  test('registry: as a table, with its bounds', { timeout: 300_000 }, () => {
    const { status, stdout } = bench('registry', '--quick');
    expect(stdout).toMatch(/work +│ contestant +│ req\/s .*CPU µs\/request/);
    expect(stdout).toMatch(/5,000 features in 500 views │ featuregraph /);
    expect(stdout).toMatch(/^100 × 50: 1,000 features ÷ 50 features = .* by rounds /m);
    expect(stdout).toMatch(/^peak memory of the process: .* MiB, at most 1,024$/m);
    expect(status).toBe(0);
  });

  test('cost: three works, each with its bound', () => {
    const { stdout, stderr } = bench('cost', '--quick', '--json');
    expect(stderr).toBe('');
    const { results, bounds } = JSON.parse(stdout) as Report;
    expect(results.map(({ work }) => work)).toEqual([
      ...['formula, 140 nodes, 100 keys', 'unseen document, 140 nodes', '2^30 fragment bomb'],
    ]);
    expect(bounds.map(({ max, unit }) => `${max} ${unit}`)).toEqual(['5 µs', '300 µs', '5000 µs']);
  });

  test('calibrate: what each thing takes, and how well that fits', { timeout: 120_000 }, () => {
    const { stdout, stderr } = bench('calibrate', '--quick', '--json');
    expect(stderr).toBe('');
    const { results, notes } = JSON.parse(stdout) as Report;
    expect(results).toHaveLength(72);
    expect(notes?.join('\n')).toMatch(
      /in one process: R² = -?\d.* over 48 works, off by .*\n {2}request: .*\n {2}block: .* = 1\.00 units/,
    );
  });

  test.each([
    ['no such benchmark', ['nothing'], /unknown command 'nothing'/],
    ['no store', ['serve'], /required option '--store/],
    ['no such store', ['stores', 'oracle'], /Allowed choices are lmdb, redis, tiers, cassandra/],
  ])('refuses %s', (_, args, message) => {
    const { status, stderr } = bench(...args);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });
});

describe('a race', () => {
  const servers: Server[] = [];
  let load: Load | undefined;
  afterEach(async () => {
    for (const server of servers.splice(0)) server.close();
    await load?.stop();
    load = undefined;
  });

  async function contestant(name: string, answer: (body: string) => string): Promise<Contestant> {
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      response.end(answer(body));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return {
      name,
      target: { origin: `http://127.0.0.1:${port}`, path: '/', headers: {} },
      cpuUs: async () => process.cpuUsage().user,
      ask: async () => null,
      stop: async () => {},
    };
  }

  const shape: RequestShape = { head: '[', tail: ']', keysPerRequest: 2, keyCount: 1000, keyPrefix: 'k' };
  const pace = { rounds: 1, roundMs: 50, warmUpMs: 10, connections: 2 };

  async function run(equal: 'bytes' | 'values', ...contestants: Contestant[]) {
    load = await startLoad();
    return race({ contestants, works: [{ name: 'w', shape, equal }], pace, load, onProgress: () => {} });
  }

  const data = (body: string): string => `{"data":{"keys":${body},"a":1}}`;

  test('asks for other keys each time, and tells how it went', async () => {
    const bodies = new Set<string>();
    const one = await contestant('one', (body) => {
      bodies.add(body);
      return data(body);
    });
    const [result] = await run('bytes', one);
    expect(result).toMatchObject({ contestant: 'one', work: 'w', requestsPerSecond: expect.any(Number) });
    expect(bodies.size).toBeGreaterThan(20);
    for (const body of bodies) expect(body).toMatch(/^\["k\d+","k\d+"\]$/);
  });

  test('is not run between contestants that answer differently', async () => {
    const one = await contestant('one', data);
    const other = await contestant('other', (body) => data(body.replace('k1', 'k2')));
    await expect(run('bytes', one, other)).rejects.toThrow(/one and other answer differently at w/);
  });

  test('takes the same values in another order only where the work says so', async () => {
    const one = await contestant('one', data);
    const other = await contestant('other', (body) => `{ "data":{"a":1,"keys":${body}}}`);
    await expect(run('bytes', one, other)).rejects.toThrow(/expected the same bytes/);
    await load?.stop();
    const third = await contestant('third', (body) => `{"data":{"a":1,"keys":${body}}}`);
    expect(await run('values', one, third)).toHaveLength(2);
  });

  test('ends at an answer without data', async () => {
    let asked = 0;
    const one = await contestant('one', (body) =>
      ++asked > 30 ? '{"errors":[{"message":"no"}]}' : data(body),
    );
    await expect(run('bytes', one)).rejects.toThrow(/one failed at w: status 200: \{"errors"/);
  });
});
