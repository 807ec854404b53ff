/** The checker on histories that are written by hand: what it must call by its name, and what it must let pass. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { numberOf } from './cells.ts';
import { checkHistory } from './check-history.ts';
import { ASKED, KIND, OperationLog, SEEN, SENT, SETTLED } from './operation-log.ts';
import { type FaultWindow, lifeBoundMs, RECOVERY_MS } from './recovery.ts';

const CELL = numberOf({ namespace: 0, view: 0, good: 0 });
const HOT_LIFE_MS = 60_000;
const folder = mkdtempSync(path.join(tmpdir(), 'featuregraph-checker-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Write {
  readonly order: number;
  readonly at: number;
  readonly deletion?: boolean;
  readonly unacknowledged?: boolean;
}

interface Read {
  readonly at: number;
  /** Event time seen; 0 for NOT_FOUND. */
  readonly saw: number;
  readonly asked?: number;
}

let histories = 0;

/** @returns the names of the promises that were broken. */
function judge(
  writes: readonly Write[],
  reads: readonly Read[],
  windows: readonly FaultWindow[] = [],
): string[] {
  histories += 1;
  const [writerLog, readerLog] = ['w', 'r'].map((name) => path.join(folder, `${name}${histories}`));
  const writer = new OperationLog(writerLog as string);
  for (const { order, at, deletion, unacknowledged } of writes) {
    const shared = { asked: 0, cell: CELL, order, startMs: at, endMs: at };
    writer.add({ ...shared, kind: KIND.SENT, outcome: deletion ? SENT.DELETION : SENT.VALUE });
    if (!unacknowledged) writer.add({ ...shared, kind: KIND.SETTLED, outcome: SETTLED.ACKNOWLEDGED });
  }
  writer.close();
  const reader = new OperationLog(readerLog as string);
  for (const { at, saw, asked = ASKED.TIERS } of reads) {
    const outcome = saw === 0 ? SEEN.NOT_FOUND : SEEN.VALUE;
    reader.add({ kind: KIND.READ, outcome, asked, cell: CELL, order: saw, startMs: at, endMs: at + 1 });
  }
  reader.close();
  const { findings } = checkHistory({
    ...{ writerLogs: [writerLog as string], readerLogs: [readerLog as string] },
    ...{ notes: [], windows, hotLifeMs: HOT_LIFE_MS, found: [] },
  });
  return Object.keys(findings).filter((name) => findings[name as keyof typeof findings] > 0);
}

const two: readonly Write[] = [
  { order: 100, at: 0 },
  { order: 200, at: 10 },
];
const LATER = 11 + RECOVERY_MS;

describe('the checker', () => {
  test.each<[string, readonly Write[], readonly Read[], readonly string[]]>([
    ['the newest value', two, [{ at: LATER, saw: 200 }], []],
    ['an older value before recovery', two, [{ at: LATER - 5, saw: 100 }], []],
    ['an older value after recovery', two, [{ at: LATER, saw: 100 }], ['LOST_WRITE']],
    [
      'an older value after the newer one was seen',
      two,
      [
        { at: 50, saw: 200 },
        { at: LATER, saw: 100 },
      ],
      ['WENT_BACK'],
    ],
    ['nothing after recovery', two, [{ at: LATER, saw: 0 }], ['FALSE_NOT_FOUND']],
    [
      'nothing after a deletion that may have happened',
      [...two, { order: 300, at: 20, deletion: true, unacknowledged: true }],
      [{ at: LATER, saw: 0 }],
      [],
    ],
    [
      'nothing before a deletion was sent',
      [...two, { order: 300, at: LATER + 9, deletion: true }],
      [{ at: LATER, saw: 0 }],
      ['FALSE_NOT_FOUND'],
    ],
    [
      'what a deletion hides',
      [...two, { order: 300, at: 20, deletion: true }],
      [{ at: LATER + 20, saw: 200 }],
      ['UNDELETED'],
    ],
    [
      'a value of after a deletion',
      [{ order: 50, at: 0, deletion: true }, ...two],
      [{ at: LATER, saw: 200 }],
      [],
    ],
    ['a value that nobody wrote', two, [{ at: LATER, saw: 250 }], ['MADE_UP']],
    ['a value before it was written', two, [{ at: 5, saw: 200 }], ['MADE_UP']],
    ['a late older write, hidden', [...two, { order: 150, at: 20 }], [{ at: LATER + 20, saw: 200 }], []],
    [
      'an unpromised value that was seen, gone within its bound',
      [
        { order: 100, at: 0 },
        { order: 200, at: 10, unacknowledged: true },
      ],
      [
        { at: 20, saw: 200 },
        { at: 20 + lifeBoundMs(HOT_LIFE_MS), saw: 100 },
      ],
      [],
    ],
    [
      'an unpromised value that was seen, gone beyond it',
      [
        { order: 100, at: 0 },
        { order: 200, at: 10, unacknowledged: true },
      ],
      [
        { at: 20, saw: 200 },
        { at: 22 + lifeBoundMs(HOT_LIFE_MS), saw: 100 },
      ],
      ['WENT_BACK'],
    ],
    ['warm that has lost a write', two, [{ at: 50, saw: 100, asked: ASKED.SWEEP_WARM }], ['LOST_WRITE']],
    [
      'hot that is ahead of warm',
      [...two, { order: 300, at: 20, unacknowledged: true }],
      [
        { at: 50, saw: 200, asked: ASKED.SWEEP_WARM },
        { at: 60, saw: 300, asked: ASKED.HOT },
      ],
      ['HOT_AHEAD'],
    ],
    [
      'hot that is behind in what was acknowledged',
      two,
      [
        { at: 50, saw: 200, asked: ASKED.SWEEP_WARM },
        { at: 60, saw: 100, asked: ASKED.HOT },
      ],
      ['LOST_WRITE'],
    ],
    [
      'hot that is behind in what nobody was promised',
      [
        { order: 100, at: 0 },
        { order: 200, at: 10, unacknowledged: true },
      ],
      [
        { at: 50, saw: 200, asked: ASKED.SWEEP_WARM },
        { at: 60, saw: 100, asked: ASKED.HOT },
      ],
      [],
    ],
  ])('%s', (_, writes, reads, names) => {
    expect(judge(writes, reads)).toEqual(names);
  });

  test('waits for a quiet time after faults that delay recovery, and for no other', () => {
    const fault = { name: 'redisFrozen', startMs: 5000, endMs: 9000, delaysRecovery: true };
    expect(judge(two, [{ at: LATER, saw: 100 }], [fault])).toEqual([]);
    expect(judge(two, [{ at: 9001 + RECOVERY_MS, saw: 100 }], [fault])).toEqual(['LOST_WRITE']);
    expect(judge(two, [{ at: LATER, saw: 100 }], [{ ...fault, delaysRecovery: false }])).toEqual([
      'LOST_WRITE',
    ]);
  });
});
