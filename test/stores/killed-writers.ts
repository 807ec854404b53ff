/** Writers of the embedded store that are killed at any moment, and what stands in it afterwards. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import { rowAt } from '../../src/stores/block-rows.ts';
import { openLmdbEnvironment } from '../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbOnlineStore } from '../../src/stores/lmdb/lmdb-online-store.ts';
import { firstDamagedBlock } from '../../src/stores/lmdb/lmdb-verify.ts';
import { isStoreFailure } from '../../src/stores/online-store.ts';
import { compareOrder } from '../../src/stores/row-format.ts';
import { KILL_KEYS, killWrite } from './kill-rows.ts';

export interface KilledWriters {
  /** Calls that writers were told of before they were killed. */
  readonly calls: number;
  /** Entity and view of acknowledged rows. */
  readonly places: number;
  /** What was acknowledged and does not stand, or stands otherwise; the first of each look. */
  readonly lost: readonly string[];
  /** Damage found by reading everything. */
  readonly damaged: readonly string[];
  readonly slowestOpenMs: number;
}

/** Kills between two looks at what stands. */
const KILLS_PER_LOOK = 10;
/** Ms within which a writer is killed after it opened the store. */
const LIFE_MAX_MS = 90;

/**
 * Starts a writer after the other, the next one while the last one still writes, as a push beside a server, and kills
 * each. @param onKill is given the process's id.
 */
export async function killWriters(
  folder: string,
  kills: number,
  onKill: (pid: number) => void = () => {},
): Promise<KilledWriters> {
  // The newest acknowledged row of each place. What was not acknowledged may stand or not.
  const acknowledged = new Map<string, Uint8Array>();
  const [lost, damaged]: [string[], string[]] = [[], []];
  let [calls, slowestOpenMs] = [0, 0];
  const writers = [startWriter(folder, 0)];
  for (let kill = 0; kill < kills; kill += 1) {
    if (kill + 1 < kills) writers.push(startWriter(folder, kill + 1));
    const writer = writers.shift() as Writer;
    await writer.opened;
    await new Promise((resolve) => setTimeout(resolve, (kill * 37) % LIFE_MAX_MS));
    onKill(writer.process.pid as number);
    writer.process.kill('SIGKILL');
    await once(writer.process, 'close');
    calls += takeAcknowledged(writer, acknowledged);
    if (kill % KILLS_PER_LOOK !== KILLS_PER_LOOK - 1 && kill !== kills - 1) continue;
    const look = await lookAt(folder, acknowledged);
    slowestOpenMs = Math.max(slowestOpenMs, look.openMs);
    lost.push(...look.lost.slice(0, 1));
    if (look.damage !== undefined) damaged.push(look.damage);
  }
  return { calls, places: acknowledged.size, lost, damaged, slowestOpenMs };
}

interface Writer {
  readonly child: number;
  readonly process: ChildProcess;
  readonly opened: Promise<void>;
  readonly said: () => string;
}

function startWriter(folder: string, child: number): Writer {
  const script = path.join(import.meta.dirname, 'kill-child.ts');
  const writer = spawn(process.execPath, [script, folder, String(child)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complaint = '';
  writer.stderr.on('data', (chunk) => {
    complaint += String(chunk);
  });
  const opened = new Promise<void>((resolve, reject) => {
    writer.stdout.on('data', (chunk) => {
      said += String(chunk);
      if (said.includes('open\n')) resolve();
    });
    writer.on('exit', (code) => reject(new Error(`Writer ${child} ended by itself (${code}): ${complaint}`)));
  });
  opened.catch(() => {});
  return { child, process: writer, opened, said: () => said };
}

/** @returns how many calls the writer was told of. */
function takeAcknowledged(writer: Writer, acknowledged: Map<string, Uint8Array>): number {
  // A line that was cut in the middle was acknowledged, but cannot be told whose; it is left out.
  const lines = writer.said().split('\n').slice(1, -1);
  for (const line of lines) {
    const [first, count] = line.split(' ').map(Number) as [number, number];
    for (let i = first; i < first + count; i += 1) {
      const { entityKey, view, row } = killWrite(writer.child, i);
      const before = acknowledged.get(`${entityKey} ${view}`);
      if (before === undefined || compareOrder(row, before) > 0)
        acknowledged.set(`${entityKey} ${view}`, row);
    }
  }
  return lines.length;
}

async function lookAt(
  folder: string,
  acknowledged: ReadonlyMap<string, Uint8Array>,
): Promise<{
  readonly openMs: number;
  readonly lost: readonly string[];
  readonly damage: string | undefined;
}> {
  const startedMs = performance.now();
  const environment = await openLmdbEnvironment({ folder });
  const openMs = performance.now() - startedMs;
  const slots = await createLmdbOnlineStore(environment, { clock: systemClock }).readMany(KILL_KEYS);
  const lost = KILL_KEYS.flatMap(({ entityKey, views }, i) =>
    views.flatMap((view, j) => {
      const place = `${entityKey} ${view}`;
      const wanted = acknowledged.get(place);
      const slot = slots[i];
      if (wanted === undefined) return [];
      if (slot === undefined || isStoreFailure(slot)) return [`${place}: ${JSON.stringify(slot)}`];
      const standing = rowAt(slot, j);
      const order = standing === undefined ? -1 : compareOrder(standing, wanted);
      const isSame = order > 0 || (order === 0 && Buffer.compare(standing as Uint8Array, wanted) === 0);
      return isSame ? [] : [`${place}: ${standing === undefined ? 'nothing' : 'another row'} stands`];
    }),
  );
  const damage = firstDamagedBlock(environment.rows);
  await environment.close();
  return { openMs, lost, damage };
}
