/** D1: writers of the embedded store, and servers over it, are killed at any moment. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { killWriters } from '../../stores/killed-writers.ts';
import { type FaultRow, idsOf, LONG, type RowContext, wait } from '../fault-row.ts';
import { startFrontApart } from '../front-apart.ts';
import { startLoad } from '../load.ts';
import { Model } from '../model.ts';
import { Tally } from '../tally.ts';

const WRITER_KILLS = LONG ? 1000 : 20;
const SERVER_KILLS = LONG ? 50 : 4;
const OPEN_MAX_MS = 2000;
/** Of a whole server: its figure is some two seconds. */
const READY_MAX_MS = 20_000;
const IDS = idsOf(100);

export const row: FaultRow = {
  id: 'D1',
  fault: `embedded store killed: ${WRITER_KILLS} writers and ${SERVER_KILLS} servers`,
  must: 'No acknowledged write is lost; it opens again within two seconds.',
  protections: ['durability'],
  async run(context) {
    const home = await mkdtemp(path.join(tmpdir(), 'featuregraph-killed-'));
    context.after(() => rm(home, { recursive: true, force: true }));
    await ofWriters(context, path.join(home, 'writers'));
    await ofServers(context, path.join(home, 'servers'));
  },
};

async function ofWriters({ checks, say }: RowContext, folder: string): Promise<void> {
  const pids: number[] = [];
  const killed = await killWriters(folder, WRITER_KILLS, (pid) => pids.push(pid));
  say(`SIGKILL to ${pids.length} writers, processes ${pids.slice(0, 3).join(', ')} …`);
  checks.atLeast('calls acknowledged to killed writers', WRITER_KILLS / 4, killed.calls);
  checks.none('acknowledged write of theirs lost', killed.lost);
  checks.none('damage found by reading all', killed.damaged);
  checks.atMost('store open again after', OPEN_MAX_MS, killed.slowestOpenMs, ' ms');
}

async function ofServers({ checks, say, after }: RowContext, dataFolder: string): Promise<void> {
  const model = new Model();
  const found = new Tally();
  let [acknowledged, slowestMs] = [0, 0];
  for (let kill = 0; kill <= SERVER_KILLS; kill += 1) {
    const server = await startFrontApart({ dataFolder, model });
    after(() => server.kill());
    slowestMs = Math.max(slowestMs, server.readyMs);
    // Before anything is written again: what stands is what the killed one left.
    await server.front.read(IDS, ['item_facts'], found);
    if (kill === SERVER_KILLS) break;
    const load = startLoad(server.front, {
      ...{ ids: IDS, views: ['item_facts'] },
      ...{ requestsPerSecond: 20, writesPerSecond: 200 },
    });
    await wait(700 + ((kill * 137) % 300));
    say(`SIGKILL to the server, process ${server.pid}, under load`);
    await server.kill();
    await load.stop();
    acknowledged += load.writes.acknowledged;
  }
  checks.atLeast('writes acknowledged by killed servers', 10 * SERVER_KILLS, acknowledged);
  checks.none('acknowledged write lost, or false value', [...found.wrong, ...found.refused, ...found.broken]);
  checks.none('failed value after a restart', found.values('item_facts', 'TU'));
  checks.atMost('server ready again after', READY_MAX_MS, slowestMs, ' ms');
}
