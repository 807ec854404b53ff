/** D2: the disk of the embedded store is full, and then has room again. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findOnPath } from '../../services/run-command.ts';
import { ServiceUnavailableHere } from '../../services/service-unavailable-here.ts';
import { type FaultRow, idsOf, until } from '../fault-row.ts';
import type { Pushed } from '../front.ts';
import { startFrontApart } from '../front-apart.ts';
import { Tally } from '../tally.ts';

/** 2 to 4 MB, by what the shell calls a block. */
const FILE_BLOCKS_MAX = 4000;
const BATCH = 200;
const BATCHES_MAX = 1000;
const FAILURES = 5;
const TOLD = /STORE_UNAVAILABLE.*Push the row again/;
const LOGGED = /nothing was written.*disk full.*Make room/;

export const row: FaultRow = {
  id: 'D2',
  fault: 'disk full, then room again (limit on file size, as no root is needed)',
  must: 'The write is refused with a clear error, reads go on, writes go on when there is room.',
  protections: ['diskTrouble'],
  async run({ checks, say, after }) {
    const prlimit = requirePrlimit();
    const dataFolder = await mkdtemp(path.join(tmpdir(), 'featuregraph-disk-'));
    after(() => rm(dataFolder, { recursive: true, force: true }));
    const server = await startFrontApart({ dataFolder, fileBlocksMax: FILE_BLOCKS_MAX });
    after(() => server.kill());
    const { front } = server;
    say(`files of the server, process ${server.pid}, end at ${FILE_BLOCKS_MAX} blocks`);
    const written: string[] = [];
    const failures: Pushed[] = [];
    for (let batch = 0; batch < BATCHES_MAX && failures.length < FAILURES; batch += 1) {
      const ids = idsOf(BATCH, `b${batch}-`);
      const answer = await front.write('item_facts', ids);
      if (answer.accepted === ids.length) written.push(...ids);
      else failures.push(answer);
    }
    checks.atLeast('rows acknowledged before', BATCH, written.length);
    checks.that('then writes fail', failures.length === FAILURES, `${failures.length} calls`);
    const told = failures.map(({ body }) => JSON.stringify(body));
    checks.none(
      'failure that does not say so to who writes',
      told.filter((text) => !TOLD.test(text)).map((text) => text.slice(0, 300)),
    );
    const loggedMs = await until(5000, () => LOGGED.test(server.log()));
    checks.that('and to who runs it, with what to do, in the log', loggedMs < 5000, lineOf(server.log()));
    checks.none(
      'part of it that leaks to who writes',
      told.filter((text) => text.includes(dataFolder)),
    );
    checks.none(
      'row acknowledged by a call that failed',
      failures.reduce((sum, { accepted }) => sum + accepted, 0),
    );
    const full = new Tally();
    await readAll(full);
    checks.none('acknowledged row lost, false or failed while it is full', problemsOf(full));
    say(`room again: prlimit --fsize=unlimited for process ${server.pid}`);
    execFileSync(prlimit, ['--pid', `${server.pid}`, '--fsize=unlimited']);
    const more = idsOf(BATCH, 'more');
    const resumed = await front.write('item_facts', more);
    checks.that('writes resume in the same process', resumed.accepted === BATCH, resumed.accepted);
    if (resumed.accepted === BATCH) written.push(...more);
    await server.kill();
    const again = await startFrontApart({ dataFolder, model: front.model });
    after(() => again.kill());
    const reopened = new Tally();
    await readAll(reopened, again.front);
    checks.none('row lost, false or failed after a restart', problemsOf(reopened));

    async function readAll(tally: Tally, from = front): Promise<void> {
      for (let start = 0; start < written.length; start += 1000) {
        await from.read(written.slice(start, start + 1000), ['item_facts'], tally);
      }
    }
  },
};

/** @throws {ServiceUnavailableHere} */
export function requirePrlimit(): string {
  const found = findOnPath('prlimit');
  if (found === undefined)
    throw new ServiceUnavailableHere('prlimit', 'it comes with util-linux, on Linux alone');
  return found;
}

function lineOf(log: string): string {
  const line = log.split('\n').find((text) => LOGGED.test(text));
  return line === undefined
    ? `nothing of it in ${log.length} bytes`
    : String(JSON.parse(line).detail).slice(-90);
}

function problemsOf(tally: Tally): string[] {
  const failed = tally.values('item_facts', 'TUF');
  return [
    ...tally.wrong,
    ...tally.refused,
    ...tally.broken,
    ...(failed > 0 ? [`${failed} not PRESENT`] : []),
  ];
}
