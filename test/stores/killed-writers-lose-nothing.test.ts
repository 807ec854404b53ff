import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { openLmdbEnvironment } from '../../src/stores/lmdb/lmdb-environment.ts';
import { createLmdbOnlineStore } from '../../src/stores/lmdb/lmdb-online-store.ts';
import { firstDamagedBlock } from '../../src/stores/lmdb/lmdb-verify.ts';
import { isStoreFailure } from '../../src/stores/online-store.ts';
import { compareOrder } from '../../src/stores/row-format.ts';
import { LONG } from './arbitrary-rows.ts';
import { KILL_KEYS, killWrite } from './kill-rows.ts';

const KILLS = LONG ? 1000 : 100;
/** Two children at a time: the next one starts while the last one still writes, as a push beside a server. */
const AT_ONCE = 2;
const READY_MAX_MS = 2000;
const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-kill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Writer {
  readonly child: number;
  readonly process: ChildProcess;
  readonly opened: Promise<void>;
  readonly said: () => string;
}

function startWriter(child: number): Writer {
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

describe('a writer killed at any moment', () => {
  test(
    `loses nothing that it acknowledged, and leaves nothing corrupt: ${KILLS} times`,
    async () => {
      // The newest acknowledged row of each place. What was not acknowledged may stand or not.
      const acknowledged = new Map<string, Uint8Array>();
      let calls = 0;
      const writers: Writer[] = [startWriter(0)];
      for (let kill = 0; kill < KILLS; kill += 1) {
        if (kill + 1 < KILLS) writers.push(startWriter(kill + 1));
        const writer = writers.shift() as Writer;
        await writer.opened;
        await new Promise((resolve) => setTimeout(resolve, (kill * 37) % 90));
        writer.process.kill('SIGKILL');
        await once(writer.process, 'close');
        // A line that was cut in the middle was acknowledged, but cannot be told whose; it is left out.
        for (const line of writer.said().split('\n').slice(1, -1)) {
          const [first, count] = line.split(' ').map(Number) as [number, number];
          calls += 1;
          for (let i = first; i < first + count; i += 1) {
            const write = killWrite(writer.child, i);
            const place = `${write.entityKey} ${write.view}`;
            const before = acknowledged.get(place);
            if (before === undefined || compareOrder(write.row, before) > 0)
              acknowledged.set(place, write.row);
          }
        }
        if (kill % 10 === 9 || kill === KILLS - 1) await expectWhole(acknowledged);
      }
      for (const writer of writers) writer.process.kill('SIGKILL');
      expect(calls).toBeGreaterThan(KILLS);
      expect(writers.length).toBeLessThan(AT_ONCE);
      console.log(`${KILLS} kills, ${calls} acknowledged calls, ${acknowledged.size} places, none lost`);
    },
    20 * 60_000,
  );
});

async function expectWhole(acknowledged: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const startedMs = performance.now();
  const environment = await openLmdbEnvironment({ folder });
  expect(performance.now() - startedMs).toBeLessThan(READY_MAX_MS);
  const store = createLmdbOnlineStore(environment, { clock: systemClock });
  const slots = await store.readMany(KILL_KEYS);
  for (const [i, key] of KILL_KEYS.entries()) {
    const slot = slots[i];
    if (slot === undefined || isStoreFailure(slot))
      throw new Error(`${key.entityKey}: ${JSON.stringify(slot)}`);
    for (const [j, view] of key.views.entries()) {
      const wanted = acknowledged.get(`${key.entityKey} ${view}`);
      const standing = slot[j];
      if (wanted === undefined) continue;
      const isThere = standing !== undefined && compareOrder(standing, wanted) >= 0;
      expect(isThere, `the acknowledged row of ${key.entityKey}, view ${view}`).toBe(true);
      if (standing !== undefined && compareOrder(standing, wanted) === 0) {
        expect(Buffer.compare(standing, wanted)).toBe(0);
      }
    }
  }
  expect(firstDamagedBlock(environment.rows)).toBeUndefined();
  await environment.close();
}
