/** Several machines with one folder of usage: whose log is taken is known by what is seen of it, and never by clocks. */
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ownPath } from '../../src/tenancy/usage/usage-files.ts';
import { UsageKeeper } from '../../src/tenancy/usage/usage-keeper.ts';

const MINUTE_MS = 60_000;

let folder: string;
let monotonicMs = 0;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-usage-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const LOG = 'p0001-000001';
const elsewhere = (machine: string): string => path.join(folder, `${LOG}.${machine}.77.jsonl`);
const names = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.jsonl'));

function keeper(sinks = ['billing']): UsageKeeper {
  return new UsageKeeper(
    {
      ...{ folder, sinks, maxBytes: 1024 ** 3, onLost: () => {} },
      wallClock: { nowMs: () => monotonicMs + 1e12, monotonicMs: () => monotonicMs },
    },
    () => null,
  );
}

function passes(ms: number, one: UsageKeeper): void {
  monotonicMs += ms;
  one.touch();
  one.takeOverOrphans();
}

it.each([
  ['a year behind', -365 * 24 * 60 * MINUTE_MS],
  ['a year ahead', 365 * 24 * 60 * MINUTE_MS],
])('a log that its machine touches is its own, also where its clock is %s', (_how, offMs) => {
  writeFileSync(elsewhere('north'), '');
  const one = keeper();
  for (let i = 0; i < 20; i += 1) {
    const seconds = (monotonicMs + 1e12 + offMs) / 1000;
    utimesSync(elsewhere('north'), seconds, seconds);
    passes(MINUTE_MS / 6, one);
  }
  expect(names()).toEqual([path.basename(elsewhere('north'))]);
});

it('a log that nobody touches is taken after a minute, and by another only when it was silent anew', () => {
  writeFileSync(elsewhere('north'), '');
  const [one, other] = [keeper(), keeper()];
  passes(0, one);
  passes(MINUTE_MS, one);
  expect(names()).toEqual([path.basename(elsewhere('north'))]);
  passes(1, one);
  expect(names()).toEqual([path.basename(ownPath(folder, LOG))]);
  expect(one.pendingFor('billing').map(({ log }) => log)).toEqual([LOG]);
  // As another machine sees it.
  const machine = elsewhere('south');
  writeFileSync(machine, '');
  rmSync(ownPath(folder, LOG));
  passes(0, other);
  for (const ms of [MINUTE_MS / 2, MINUTE_MS / 2]) passes(ms, other);
  expect(names()).toEqual([path.basename(machine)]);
});

it('what waits for a sink is touched for as long as it waits', () => {
  writeFileSync(ownPath(folder, LOG), '');
  const one = keeper();
  one.closed(LOG);
  const touched = new Set<number>();
  for (let i = 0; i < 3; i += 1) {
    passes(MINUTE_MS, one);
    touched.add(statSync(ownPath(folder, LOG)).mtimeMs);
  }
  expect(touched.size).toBe(3);
});

it('a log that was taken is sent again, whole, when the other is done: its last lines may have come after', () => {
  writeFileSync(ownPath(folder, LOG), '');
  const one = keeper();
  one.closed(LOG);
  rmSync(ownPath(folder, LOG));
  writeFileSync(elsewhere('south'), '');
  passes(0, one);
  expect(one.pendingFor('billing')).toEqual([]);
  rmSync(elsewhere('south'));
  writeFileSync(path.join(folder, `${LOG}.jsonl`), '');
  passes(0, one);
  expect(one.pendingFor('billing').map(({ log }) => log)).toEqual([LOG]);
  one.reached(LOG, 'billing');
  passes(0, one);
  expect(names()).toEqual([`${LOG}.jsonl`]);
  expect(one.pendingFor('billing')).toEqual([]);
});
