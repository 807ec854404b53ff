import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** `featuregraph dev` as a developer runs it: his files are edited, his terminal is read, his graph is asked. */
const REPOSITORY = path.resolve(import.meta.dirname, '../..');
let folder: string;
let dev: ChildProcess;
let terminal = '';
let url = '';
let key = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'featuregraph-dev-'));
  await cp(path.join(REPOSITORY, 'schema'), path.join(folder, 'schema'), { recursive: true });
  const options = ['--schema-folder', 'schema', '--data-folder', 'data', '--port', '0', '--admin-port', '0'];
  dev = spawn(
    process.execPath,
    [path.join(REPOSITORY, 'src/cli/main.ts'), 'dev', ...options, '--at', '2013-04-01T04:00:00Z'],
    {
      cwd: folder,
      env: { PATH: process.env.PATH, FEATUREGRAPH_LOG_LEVEL: 'silent' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  for (const stream of [dev.stdout, dev.stderr])
    stream?.on('data', (chunk: Buffer) => (terminal += chunk.toString()));
  await shown(/Ctrl-C ends it/);
  url = /http:\/\/\S+\/graphql/.exec(terminal)?.[0] as string;
  key = /fgk_\w+/.exec(terminal)?.[0] as string;
  await fetch(url.replace('/graphql', '/push/carrier_facts'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify([{ carrier: 'UA', name: 'United', eventTime: '2013-01-01T00:00:00Z' }]),
  });
}, 60_000);

afterAll(async () => {
  dev.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

/** Waits until the terminal shows it, from `since` on. */
async function shown(pattern: RegExp, since = 0): Promise<string> {
  for (let waitedMs = 0; waitedMs < 20_000; waitedMs += 20) {
    const text = terminal.slice(since);
    if (pattern.test(text)) return text;
    if (dev.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${pattern} was not shown:\n${terminal.slice(since)}`);
}

async function ask(query: string) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return { status: response.status, body: await response.json() };
}

/** @returns what the terminal showed of it, and how long it took until then, in ms. */
async function edit(file: string, change: (text: string) => string, pattern: RegExp) {
  const at = path.join(folder, 'schema', file);
  const changed = change(await readFile(at, 'utf8'));
  const since = terminal.length;
  const startedMs = performance.now();
  await writeFile(at, changed);
  const text = await shown(pattern, since);
  return { text, tookMs: performance.now() - startedMs };
}

const SERVED = /is served \(\d+ ms\)/;
const REFUSED = /still served/;

describe('a change of the schema', () => {
  it('is live at once: a field that was added is served over rows written before it', async () => {
    const query = '{ carrier(carrier: "UA") { name shortName } }';
    expect((await ask(query)).status).toBe(400);
    const added =
      '  "How it is called for short."\n  shortName: String @feature(view: "carrier_facts", default: "none")\n\n  "The name it flies under."';
    const { tookMs } = await edit(
      'carrier.graphql',
      (text) => text.replace('  "The name it flies under."', added),
      SERVED,
    );
    expect((await ask(query)).body).toEqual({ data: { carrier: { name: 'United', shortName: 'none' } } });
    expect(tookMs).toBeLessThan(10_000); // a tenth of it is usual
  });

  it('that is a mistake is told with file, line and mend, and the old graph serves on', async () => {
    const { text } = await edit(
      'carrier.graphql',
      (sdl) =>
        sdl.replace(
          'shortName: String @feature(view: "carrier_facts"',
          'shortName: String @feature(view: "carrier_fact"',
        ),
      REFUSED,
    );
    expect(text).toMatch(/carrier\.graphql:14:\d+/);
    expect(text).toContain('Did you mean "carrier_facts"?');
    expect((await ask('{ carrier(carrier: "UA") { shortName } }')).body.data.carrier.shortName).toBe('none');
    await edit(
      'carrier.graphql',
      (sdl) => sdl.replace('view: "carrier_fact"', 'view: "carrier_facts"'),
      SERVED,
    );
  });

  it('that breaks the file’s grammar leaves the old graph too', async () => {
    const before = await readFile(path.join(folder, 'schema/route.graphql'), 'utf8');
    const { text } = await edit('route.graphql', (sdl) => `${sdl}\ntype {`, REFUSED);
    expect(text).toMatch(/route\.graphql:\d+:\d+/);
    expect((await ask('{ carrier(carrier: "UA") { name } }')).status).toBe(200);
    await edit('route.graphql', () => before, SERVED);
  });

  it('of the code beside it is taken up', async () => {
    const query = '{ aircraft(tailnum: "N14228") { spokenTailnum } }';
    expect((await ask(query)).body.data.aircraft.spokenTailnum).toMatch(/^November/);
    await edit('fleet.ts', (code) => code.replace("'November'", "'Nectarine'"), SERVED);
    expect((await ask(query)).body.data.aircraft.spokenTailnum).toMatch(/^Nectarine/);
  });

  it('fails no request that is under way', async () => {
    let asking = true;
    const answers: number[] = [];
    const client = async () => {
      while (asking) answers.push((await ask('{ carrier(carrier: "UA") { name } }')).status);
    };
    const clients = [client(), client(), client()];
    for (let i = 0; i < 10; i += 1) await edit('carrier.graphql', (text) => `${text}\n# ${i}\n`, SERVED);
    asking = false;
    await Promise.all(clients);
    expect(answers.length).toBeGreaterThan(20);
    expect(new Set(answers)).toEqual(new Set([200]));
  }, 60_000);
});
