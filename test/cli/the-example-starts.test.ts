import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFolder, type Running, runCommand, startCommand } from './run-command.ts';

/** What `npm start` promises, by its process: everything that is printed, and that what is printed works. */
const folder = createFolder();
const anyPorts = ['--port', '0', '--admin-port', '0'];
const start = (dataFolder = folder.path): Running =>
  startCommand(['start', '--data-folder', dataFolder, ...anyPorts]);

afterAll(() => folder.remove());

describe('the first start', () => {
  let running: Running;
  beforeAll(async () => {
    running = start();
    await running.printed('Ctrl-C ends it.');
  });

  test('loads the example and says what it serves', () => {
    expect(running.text()).toMatch(/Loaded [\d,]+ rows into 20 views/);
    expect(running.text()).toMatch(/GraphQL {4}http:\/\/127\.0\.0\.1:\d+\/graphql/);
    expect(running.text()).toMatch(/Explorer {3}http:\/\/127\.0\.0\.1:\d+\/\n/);
    expect(running.text()).toMatch(/API key {4}fgk_\w+/);
  });

  test('prints a curl command that answers when pasted', () => {
    const command = /^ {2}curl [\s\S]*?'$(?=\n\n)/m.exec(running.text())?.[0] ?? '';
    const answer = JSON.parse(execFileSync('bash', ['-c', command], { encoding: 'utf8' }));
    expect(answer.errors).toBeUndefined();
    expect(answer.data.aircraft).toMatchObject({
      model: '737-824',
      lastCarrier: { name: 'United Air Lines Inc.' },
      lastRoute: { distanceMiles: 2565, originAirport: { name: 'Newark Liberty Intl' } },
    });
  });

  test('refuses who has no key, and gives the explorer one', async () => {
    const url = /GraphQL {4}(\S+)/.exec(running.text())?.[1] as string;
    const key = /API key {4}(\S+)/.exec(running.text())?.[1] as string;
    const body = JSON.stringify({ query: '{ __typename }' });
    const headers = { 'content-type': 'application/json' };
    const refused = await fetch(url, { method: 'POST', headers, body });
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    const page = await (await fetch(new URL('/', url))).text();
    expect(page).toContain(key);
    expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    for (const [, file] of page.matchAll(/(?:src|href)="(\/[^"]+)"/g))
      expect((await fetch(new URL(file as string, url))).status, file).toBe(200);
  });

  test('a second one on the same folder is told to choose another', async () => {
    const second = await start().finished;
    expect(second.status).toBe(2);
    expect(second.stderr).toMatch(/Another `featuregraph start` uses .+ --data-folder/);
  });

  test('Ctrl-C ends it cleanly, and the next start loads nothing', async () => {
    running.child.kill('SIGINT');
    const { status, stderr } = await running.finished;
    expect(status).toBe(0);
    expect(stderr).not.toMatch(/ {4}at |Error/);

    const again = start();
    await again.printed('Ctrl-C ends it.');
    expect(again.text()).toContain('The flights example is loaded already.');
    again.child.kill('SIGTERM');
    expect((await again.finished).status).toBe(0);
  });
});

test('a load that is killed goes on at the next start and ends in the same values', async () => {
  const killed = createFolder();
  const first = start(killed.path);
  await first.printed('Loading the flights example');
  await new Promise((resolve) => setTimeout(resolve, 700));
  first.child.kill('SIGKILL');
  await first.finished;

  const second = start(killed.path);
  await second.printed('Ctrl-C ends it.');
  second.child.kill('SIGINT');
  await second.finished;
  const get = (dataFolder: string) =>
    runCommand(['get', 'Route', 'JFK', 'LAX', '--json', '--data-folder', dataFolder]);
  const [whole, repaired] = [await get(folder.path), await get(killed.path)];
  expect(JSON.parse(repaired.stdout)).toEqual(JSON.parse(whole.stdout));
  expect(repaired.stdout).toContain('PRESENT');
  killed.remove();
}, 60_000);

test('another moment has other values and does not mix with the first', async () => {
  const other = path.join(folder.path, 'february');
  const at = '2013-02-01T12:00:00Z';
  const running = startCommand(['start', '--at', at, '--data-folder', other, ...anyPorts]);
  await running.printed('Ctrl-C ends it.');
  expect(running.text()).toContain(`as of ${at}`);
  running.child.kill('SIGINT');
  await running.finished;
  const { stdout } = await runCommand([
    'get',
    'Airport',
    'JFK',
    '--at',
    at,
    '--json',
    '--data-folder',
    other,
  ]);
  const times = (JSON.parse(stdout) as { eventTime: string | null }[]).flatMap(
    ({ eventTime }) => eventTime ?? [],
  );
  expect(times.length).toBeGreaterThan(0);
  expect(times.filter((time) => time > at)).toEqual([]);

  const mixed = await start(other).finished;
  expect(mixed.status).toBe(2);
  expect(mixed.stderr).toContain('Rows of different moments do not mix');
}, 60_000);

test('a port in use and a folder that cannot be made say what to do', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const busy = createFolder();
  const taken = await runCommand([
    'start',
    '--data-folder',
    busy.path,
    '--port',
    String(port),
    '--admin-port',
    '0',
  ]);
  server.close();
  busy.remove();
  expect(taken).toMatchObject({ status: 2, stderr: expect.stringContaining(`Port ${port} is in use.`) });
  expect(taken.stderr).toContain('--port');

  const impossible = await runCommand([
    'start',
    '--data-folder',
    path.join(folder.path, 'example.json', 'x'),
  ]);
  expect(impossible).toMatchObject({ status: 2, stderr: expect.stringContaining('cannot be made') });
  expect(impossible.stderr).toContain('--data-folder');
});
