import { spawn } from 'node:child_process';
import { afterAll, expect, it } from 'vitest';
import { openStores } from './open-stores.ts';
import { Folder } from './read-all.ts';
import { sampleView, scalar } from './sample-view.ts';

const KILLS = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 50 : 4;
const CHILD = new URL('./push-child.ts', import.meta.url).pathname;
const folder = new Folder();
afterAll(() => folder.remove());

/** Pushes from row `first` on until `acks` rows are acknowledged, then kills without warning. */
async function pushUntilKilled(data: string, first: number, acks: number): Promise<string[]> {
  const child = spawn(process.execPath, [CHILD, data, String(first)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  let errors = '';
  let count = 0;
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  child.stdout.on('data', (chunk: Buffer) => {
    told += chunk;
    count += chunk.toString().split('\n').length - 1;
    if (count >= acks) child.kill('SIGKILL');
  });
  const signal = await new Promise((resolve) => child.on('close', (_, by) => resolve(by)));
  if (signal !== 'SIGKILL') throw new Error(`the child ended by itself: ${errors}`);
  // A last line may be cut; it does not count as told.
  return told.slice(0, told.lastIndexOf('\n')).split('\n');
}

it('rows acknowledged before kill -9 are all readable after it', { timeout: 120_000 }, async () => {
  const data = folder.file('data');
  const view = sampleView({ seats: scalar('Int') });
  let first = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const told = await pushUntilKilled(data, first, 1 + kill * 700);
    expect(told.length).toBeGreaterThan(kill * 700);
    const stores = await openStores(data);
    for (const line of told) {
      const [key = '', outcome] = line.split(' ');
      expect(outcome).toBe('WRITTEN');
      expect(await stores.value(view, key)).toEqual({ seats: String(Number(key.slice(1)) % 1000) });
    }
    expect(await stores.layouts.getMany([view.layout.id])).toEqual([view.layout]);
    await stores.close();
    first += 100_000;
  }
});
