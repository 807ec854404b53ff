/**
 * The checker: reads what all processes logged, and says which promises were broken, each breach by its name. It
 * knows nothing of the product, only of writes, reads and their times.
 */
import { describeCell } from './cells.ts';
import { ASKED, KIND, type Operation, readOperations, SEEN } from './operation-log.ts';
import { type FaultWindow, lifeBoundMs, Recovery } from './recovery.ts';
import { SeenByProcess } from './seen-by-process.ts';
import { VERDICT_NAMES, type VerdictName } from './verdicts.ts';
import { type CellWrites, type Write, type WriteCounts, WriteHistory } from './write-history.ts';

export interface Finding {
  readonly verdict: VerdictName;
  readonly text: string;
}

export interface HistoryLogs {
  readonly writerLogs: readonly string[];
  /** One per process, and the supervisor's looks into hot. */
  readonly readerLogs: readonly string[];
  /** Values that were of no cell, or of another than the one asked for: one line each. */
  readonly notes: readonly string[];
  readonly windows: readonly FaultWindow[];
  readonly hotLifeMs: number;
  /** What was seen beside the logs. */
  readonly found: readonly Finding[];
}

export interface ReadCounts {
  values: number;
  notFound: number;
  failed: number;
  /** Of all: while a fault was under way. */
  underFault: number;
  /** Values that were at least as new as what had to be seen, where something had. */
  judged: number;
}

export interface HistoryReport {
  readonly writes: WriteCounts;
  /** Times that a process got no time of the machine, which counts as a fault. */
  readonly starved: number;
  readonly reads: ReadCounts;
  /** Cells and rows in hot that were compared when all was quiet. */
  readonly comparedAtRest: number;
  readonly findings: Readonly<Record<VerdictName, number>>;
  /** The first few of each. */
  readonly examples: readonly Finding[];
}

const EXAMPLES_OF_EACH = 3;

export function checkHistory(logs: HistoryLogs): HistoryReport {
  return new Checker(logs).check();
}

class Checker {
  readonly #logs: HistoryLogs;
  readonly #writes: WriteHistory;
  readonly #recovery: Recovery;
  readonly #counts = Object.fromEntries(VERDICT_NAMES.map((name) => [name, 0])) as Record<
    VerdictName,
    number
  >;
  readonly #examples: Finding[] = [];
  readonly #reads: ReadCounts = { values: 0, notFound: 0, failed: 0, underFault: 0, judged: 0 };
  /** By cell: what warm had at the end, `null` for nothing or a deletion. */
  readonly #warm = new Map<number, number | null>();
  readonly #processes: readonly (readonly Operation[])[];
  readonly #starved: readonly FaultWindow[];
  #compared = 0;

  constructor(logs: HistoryLogs) {
    this.#logs = logs;
    const writers = logs.writerLogs.map(readOperations);
    this.#processes = logs.readerLogs.map(readOperations);
    this.#starved = [...writers, ...this.#processes].flatMap(starvedIn);
    this.#recovery = new Recovery([...logs.windows, ...this.#starved]);
    this.#writes = new WriteHistory(writers, this.#recovery);
  }

  check(): HistoryReport {
    for (const { verdict, text } of this.#logs.found) this.#find(verdict, text);
    for (const note of this.#logs.notes) this.#find('WRONG_KEY', note);
    for (const reads of this.#processes) this.#judgeProcess(reads);
    const atRest = this.#processes.flat().filter(({ asked }) => asked >= ASKED.SWEEP_WARM);
    for (const read of atRest) if (read.asked === ASKED.SWEEP_WARM) this.#judgeWarm(read);
    for (const read of atRest) if (read.asked > ASKED.SWEEP_WARM) this.#judgeAtRest(read);
    return {
      writes: this.#writes.counts,
      starved: this.#starved.length,
      reads: this.#reads,
      comparedAtRest: this.#compared,
      findings: this.#counts,
      examples: this.#examples,
    };
  }

  /** In the order of their starts, so that what must be seen only grows. */
  #judgeProcess(reads: readonly Operation[]): void {
    const seen = new SeenByProcess(lifeBoundMs(this.#logs.hotLifeMs));
    const inOrder = reads
      .filter(({ kind, asked }) => kind === KIND.READ && asked < ASKED.SWEEP_WARM)
      .toSorted((a, b) => a.startMs - b.startMs);
    for (const read of inOrder) {
      this.#count(read);
      if (read.outcome !== SEEN.VALUE && read.outcome !== SEEN.NOT_FOUND) continue;
      const cell = this.#writes.of(read.cell);
      const due = cell.dueAt(read.startMs);
      const seenDue = seen.dueAt(read.cell, read.startMs);
      const mustSee = newer(due, seenDue === undefined ? undefined : cell.byOrder.get(seenDue));
      if (mustSee !== undefined) this.#reads.judged += 1;
      this.#judge(read, cell, mustSee, seen.newestBefore(read.cell, read.startMs));
      if (read.outcome === SEEN.VALUE) seen.note(read.cell, read.order, read.endMs);
    }
  }

  /** @param seenBefore newest event time that the same process had seen of the cell before; 0 for none. */
  #judge(read: Operation, cell: CellWrites, mustSee: Write | undefined, seenBefore: number): void {
    if (read.outcome === SEEN.NOT_FOUND) {
      if (mustSee === undefined || cell.mayBeDeleted(mustSee.order, read.endMs)) return;
      this.#breach('FALSE_NOT_FOUND', read, mustSee);
      return;
    }
    const write = cell.byOrder.get(read.order);
    if (write === undefined || write.isDeletion || write.sentMs > read.endMs) {
      this.#breach('MADE_UP', read, mustSee);
      return;
    }
    if (mustSee === undefined || read.order >= mustSee.order) return;
    if (mustSee.isDeletion) this.#breach('UNDELETED', read, mustSee);
    else this.#breach(seenBefore > read.order ? 'WENT_BACK' : 'LOST_WRITE', read, mustSee);
  }

  /** Warm at the end: the newest acknowledged write, or a newer one that nobody was promised. */
  #judgeWarm(read: Operation): void {
    this.#compared += 1;
    if (read.outcome === SEEN.FAILED) {
      this.#find('NOT_RECOVERED', `warm did not answer for ${describeCell(read.cell)}`);
      return;
    }
    if (read.outcome === SEEN.OTHER) return; // told by its note
    const cell = this.#writes.of(read.cell);
    this.#warm.set(read.cell, read.outcome === SEEN.VALUE ? read.order : null);
    this.#judge(read, cell, cell.newestAcknowledged, 0);
  }

  /** The other tiers at the end: what warm has. Hot may know nothing. */
  #judgeAtRest(read: Operation): void {
    const isHot = read.asked === ASKED.HOT || read.asked === ASKED.HOT_AT_LAST;
    if (read.outcome === SEEN.NOTHING_KNOWN) return;
    this.#compared += 1;
    if (read.outcome === SEEN.FAILED) {
      this.#find('NOT_RECOVERED', `the tiers did not answer for ${describeCell(read.cell)}`);
      return;
    }
    if (read.outcome === SEEN.OTHER) {
      if (isHot)
        this.#find('WRONG_KEY', `what stands in hot under ${describeCell(read.cell)} is not its row`);
      return;
    }
    const warm = this.#warm.get(read.cell);
    if (warm === undefined) return; // already told
    const cell = this.#writes.of(read.cell);
    // What warm took without a promise is in no log; what hot had before ends by its life.
    const newest = warm === null ? newestDeletion(cell) : cell.byOrder.get(warm);
    if (read.asked === ASKED.HOT && newest !== undefined && cell.isInDoubt(newest.order)) return;
    const shown = read.outcome === SEEN.VALUE ? read.order : null;
    if (shown === warm) return;
    if (shown === null) {
      this.#breach('FALSE_NOT_FOUND', read, newest);
      return;
    }
    if (warm !== null && shown > warm) this.#breach('HOT_AHEAD', read, newest);
    else this.#breach(warm === null ? 'UNDELETED' : 'LOST_WRITE', read, newest);
  }

  #count({ outcome, startMs }: Operation): void {
    if (outcome === SEEN.VALUE) this.#reads.values += 1;
    else if (outcome === SEEN.NOT_FOUND) this.#reads.notFound += 1;
    else this.#reads.failed += 1;
    if (this.#recovery.isUnderFault(startMs)) this.#reads.underFault += 1;
  }

  #breach(verdict: VerdictName, read: Operation, mustSee: Write | undefined): void {
    const shown = read.outcome === SEEN.VALUE ? `a value of ${read.order}` : 'nothing';
    const due =
      mustSee === undefined
        ? 'nothing'
        : `${mustSee.isDeletion ? 'a deletion' : 'a value'} of ${mustSee.order}, sent at ${Math.round(mustSee.sentMs)}, acknowledged at ${Math.round(mustSee.acknowledgedMs)}, due at ${Math.round(mustSee.dueMs)}`;
    this.#find(
      verdict,
      `${describeCell(read.cell)} (cell ${read.cell}): read at ${Math.round(read.startMs)} (asked ${read.asked}) showed ${shown}; to be seen was ${due}`,
    );
  }

  #find(verdict: VerdictName, text: string): void {
    this.#counts[verdict] += 1;
    if (this.#counts[verdict] <= EXAMPLES_OF_EACH) this.#examples.push({ verdict, text });
  }
}

function starvedIn(operations: readonly Operation[]): FaultWindow[] {
  return operations
    .filter(({ kind }) => kind === KIND.STARVED)
    .map(({ startMs, endMs }) => ({ name: 'starved', startMs, endMs, delaysRecovery: true }));
}

function newer(a: Write | undefined, b: Write | undefined): Write | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.order >= b.order ? a : b;
}

function newestDeletion(cell: CellWrites): Write | undefined {
  const deletions = [...cell.byOrder.values()].filter(({ isDeletion }) => isDeletion);
  return deletions.toSorted((a, b) => b.order - a.order)[0];
}
