/** A process that pushes values, some of them late, and deletes, as the push of HTTP and of files does. */
import { deleteRows } from '../../src/ingestion/delete.ts';
import { pushRows } from '../../src/ingestion/push.ts';
import type { RowOutcome } from '../../src/ingestion/push-tally.ts';
import type { ReadRecord } from '../../src/ingestion/readers/read-record.ts';
import type { View } from '../../src/registry/registry.ts';
import type { Workspace } from '../../src/workspace.ts';
import { FIELDS, idOf, LANES, NAMESPACES, numberOf, orderOf, VIEWS, valueText } from './cells.ts';
import { KIND, monotonicMs, type OperationLog, SENT, SETTLED } from './operation-log.ts';
import { type ProcessOrders, pickGood } from './orders.ts';
import type { Random } from './random.ts';

const ROWS_OF_A_PUSH = 8;
const PUSHES_AT_ONCE = 4;
const DELETION_SHARE = 0.12;
const LATE_SHARE = 0.3;
/** As a caller over HTTP who waits. */
const DEADLINE_MS = 3000;

interface Write {
  readonly cell: number;
  readonly good: number;
  readonly order: number;
}

export class Writer {
  readonly #orders: ProcessOrders;
  readonly #workspace: Workspace;
  readonly #random: Random;
  readonly #log: OperationLog;
  #write: number;

  constructor(orders: ProcessOrders, workspace: Workspace, random: Random, log: OperationLog) {
    this.#orders = orders;
    this.#workspace = workspace;
    this.#random = random;
    this.#log = log;
    this.#write = orders.firstWrite;
  }

  /** Writes until told to stop; resolves when nothing is under way. */
  async run(isStopped: () => boolean): Promise<void> {
    const pauseMs = (1000 * ROWS_OF_A_PUSH * PUSHES_AT_ONCE) / this.#orders.operationsPerSecond;
    const pushers = Array.from({ length: PUSHES_AT_ONCE }, async () => {
      while (!isStopped()) {
        const nextMs = monotonicMs() + 2 * this.#random.next() * pauseMs;
        await this.#push();
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, nextMs - monotonicMs())));
      }
    });
    await Promise.all(pushers);
    this.#log.flush();
  }

  async #push(): Promise<void> {
    const namespace = this.#random.below(NAMESPACES.length);
    const view = this.#random.below(VIEWS.length);
    const isDeletion = this.#random.chance(DELETION_SHARE);
    const writes = this.#choose(namespace, view);
    // What is sent is on disk first: a killed writer may have been heard.
    for (const write of writes) this.#tell(KIND.SENT, isDeletion ? SENT.DELETION : SENT.VALUE, write);
    this.#log.flush();
    const records = writes.map(
      (write, i): ReadRecord => ({ rowNumber: i + 1, record: this.#recordOf(write, view, isDeletion) }),
    );
    const { registry, store, layouts, sourceTimes, clock } = this.#workspace;
    const options = {
      ...{ store, layouts, clock, sources: sourceTimes },
      view: registry.views.get(VIEWS[view] as string) as View,
      namespace: NAMESPACES[namespace] as string,
      records: () => records,
      deadlineAtMs: clock.monotonicMs() + DEADLINE_MS,
      onRow: ({ rowNumber, outcome }: RowOutcome) =>
        this.#tell(KIND.SETTLED, settledOf(outcome), writes[rowNumber - 1] as Write),
    };
    // It rejects where a layout cannot be kept: then no row was sent.
    await (isDeletion ? deleteRows(options) : pushRows(options)).catch(() => {});
    this.#log.flush();
  }

  #choose(namespace: number, view: number): Write[] {
    const goods = new Set<number>();
    for (let i = 0; i < ROWS_OF_A_PUSH; i += 1)
      goods.add(pickGood(this.#random, this.#orders, monotonicMs()));
    return [...goods].map((good) => {
      const lane = this.#random.chance(LATE_SHARE) ? 1 + this.#random.below(LANES - 1) : 0;
      const order = orderOf(this.#orders.baseMs, this.#orders.index, this.#write, lane);
      this.#write += 1;
      return { cell: numberOf({ namespace, view, good }), good, order };
    });
  }

  #recordOf({ cell, good, order }: Write, view: number, isDeletion: boolean): object {
    const key = { id: idOf(good), eventTimeMs: order };
    if (isDeletion) return key;
    return { ...key, [FIELDS[view] as string]: valueText(cell, this.#orders.index, order) };
  }

  #tell(kind: number, outcome: number, { cell, order }: Write): void {
    const nowMs = monotonicMs();
    this.#log.add({ kind, outcome, asked: 0, cell, order, startMs: nowMs, endMs: nowMs });
  }
}

function settledOf(outcome: RowOutcome['outcome']): number {
  if (outcome === 'REFUSED' || outcome === 'WITHHELD') return SETTLED.REFUSED;
  return outcome === 'FAILED' ? SETTLED.FAILED : SETTLED.ACKNOWLEDGED;
}
