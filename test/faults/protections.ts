/**
 * The protections that rows of the fault table show: each is a place in the source that a process loads changed, so
 * that the row can be seen to fail without it. No switch for them exists in the program.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { changeSource, hasItsPlace, type SourceChange } from '../changed-source.ts';

export interface Protection extends SourceChange {
  readonly what: string;
}

const TIERS = 'src/stores/tiers';

export const PROTECTIONS = {
  breaker: {
    what: 'a store that fails is left alone',
    file: `${TIERS}/store-breaker.ts`,
    from: 'if (this.#policy.state === CircuitState.HalfOpen) return null;',
    to: 'if (Date.now() > 0) return call();',
  },
  timeout: {
    what: 'a call of Redis ends in time',
    file: 'src/stores/redis/redis-blocks.ts',
    from: 'return Math.min(this.#commandTimeoutMs, deadlineAtMs - this.#clock.monotonicMs());',
    to: 'return 60_000;',
  },
  fallback: {
    what: 'what hot fails to answer is asked of warm',
    file: `${TIERS}/tier-reader.ts`,
    from: "counts.failed += 1;\n        if (slot.failed === 'CORRUPT')",
    to: "table.land(wave, index, slot);\n        continue;\n        if (slot.failed === 'CORRUPT')",
  },
  repairLog: {
    what: 'writes that hot missed are remembered and repaired',
    file: `${TIERS}/repairs.ts`,
    from: 'const key = storageKey(entry);\n    const known',
    to: 'if (Date.now() > 0) return false;\n    const key = storageKey(entry);\n    const known',
  },
  scriptReload: {
    what: 'a script that Redis forgot is sent again',
    file: 'src/stores/redis/redis-connection.ts',
    from: 'if (!isUnknownScript(result)) settle(index, result);',
    to: 'if (Date.now() > 0) settle(index, result);',
  },
  promotion: {
    what: 'what warm had goes back to hot',
    file: `${TIERS}/promoter.ts`,
    from: 'return taken;',
    to: 'return [];',
  },
  lease: {
    what: 'only who has the lease promotes',
    file: 'src/stores/redis/redis-scripts.ts',
    from: "if mode == 'PROMOTE' and not isLeased then refusal = -4 end",
    to: '',
  },
  presence: {
    what: 'a write is merged into hot only beside a row that is there',
    file: 'src/stores/redis/redis-scripts.ts',
    from: "if not answer and mode == 'PRESENT' and not has(views, view) then",
    to: 'if false then',
  },
  singleFlight: {
    what: 'one key asked by many at once is read once',
    file: `${TIERS}/tier-reader.ts`,
    from: 'const underWay = inTable.find(read.entityKey);',
    to: 'const underWay = -1;\n      if (inTable.find(read.entityKey) >= 0) {\n        wave.add(read, i);\n        wave.outdate(wave.reads.length - 1);\n        continue;\n      }',
  },
  checksum: {
    what: 'a block is believed by its checksum alone',
    file: 'src/stores/lmdb/lmdb-values.ts',
    from: 'if (end >= 0 && isSealed(key, value, end))',
    to: 'if (Date.now() > 0)',
  },
  durability: {
    what: 'a write is acknowledged when it is on disk',
    file: 'src/stores/lmdb/lmdb-environment.ts',
    from: 'await root.transaction(change);',
    // It happens, is taken back, and happens for good when a killed process is gone.
    to: 'const { ABORT } = await import("lmdb");\n        root.transactionSync(() => {\n          change();\n          return ABORT;\n        });\n        setTimeout(() => void root.transaction(change), 400);',
  },
  diskTrouble: {
    what: 'a commit that fails is told',
    file: 'src/stores/lmdb/lmdb-environment.ts',
    from: 'throw await commitError(folder, error);',
    to: 'await commitError(folder, error);',
  },
  timeAhead: {
    what: 'an event time ahead of the clock is refused',
    file: 'src/ingestion/row-time.ts',
    from: 'if (timeMs > latestMs) {',
    to: 'if (timeMs > latestMs + 1e12) {',
  },
  tombstone: {
    what: 'a delete is a row that takes part in the order',
    file: `${TIERS}/tier-writer.ts`,
    from: 'const warm = await stores.writeWarm(accepted, options);',
    to: 'const warm = accepted.some(({ row }) => ((row[1] as number) & 1) === 1)\n      ? ((await this.eraseMany(accepted)).map(() => ({ outcome: "WRITTEN" })) as WriteSlot[])\n      : await stores.writeWarm(accepted, options);\n    if (accepted.some(({ row }) => ((row[1] as number) & 1) === 1)) return warm;',
  },
  age: {
    what: 'a value beyond its age is none',
    file: 'src/features/view-state.ts',
    from: 'if (beyondTtl || ageMs > limits.maxAgeMs) {',
    to: 'if (Date.now() < 0) {',
  },
  warmBudget: {
    what: 'a read of warm ends in time',
    file: `${TIERS}/tier-stores.ts`,
    from: 'return this.#warmCalls.call(reads.length, this.#limits.warmBudgetMs, options, (o) =>\n      this.#warm.readMany(reads, o),',
    to: 'return this.#warmCalls.call(reads.length, 600_000, {}, (_) =>\n      this.#warm.readMany(reads, {}),',
  },
  inFlightBound: {
    what: 'requests of Cassandra that are unanswered are bounded',
    file: 'src/stores/cassandra/in-flight-gate.ts',
    from: 'if (this.#inFlight < this.#inFlightMax) {',
    to: 'if (this.#inFlight < 1e9) {',
  },
  gate: {
    what: 'new work waits where there is too much, and is refused where it would wait too long',
    file: 'src/tenancy/fairness/work-gate.ts',
    from: 'if (this.#queues.count > 0 || !this.#hasTime(work.cost + REQUEST_UNITS)) {',
    to: 'if (Date.now() < 0) {',
  },
  earlyNegative: {
    what: 'a store that fails is never taken for one that has nothing',
    file: `${TIERS}/guarded-calls.ts`,
    from: 'return answer ?? filled(',
    to: 'if (this.#name.includes("warm")) return (answer ?? new Array(count).fill({ bytes: Buffer.from([1, 0, 0]), end: 3, views: [] })).map((slot) => ("failed" in Object(slot) ? ({ bytes: Buffer.from([1, 0, 0]), end: 3, views: [] } as unknown as Slot) : slot)) as Slot[];\n    return answer ?? filled(',
  },
  leaseTimeout: {
    what: 'no request waits longer for the store of budgets than may',
    file: 'src/tenancy/budget/guarded-exchange.ts',
    from: 'const timer = setTimeout(() => setImmediate(resolve, LATE), ms);',
    to: 'const timer = setTimeout(() => setImmediate(resolve, LATE), 60_000);',
  },
  exchangeOnce: {
    what: 'an exchange that comes again changes nothing',
    file: 'src/stores/redis/redis-budget-script.ts',
    from: 'if own and number <= own[1] then',
    to: 'if false then',
  },
  leasePart: {
    what: 'what is taken ahead of a budget is a small part of it',
    file: 'src/stores/redis/redis-budget-script.ts',
    from: 'local part = math.floor(room',
    to: 'local part = math.floor(8 * room',
  },
  leaseBound: {
    what: 'what is taken ahead does not grow with each exchange',
    file: 'src/tenancy/budget/lease.ts',
    from: 'spare: isIdle ? 0 : Math.max(0, spareMax - Math.max(0, this.#units)),',
    to: 'spare: isIdle ? 0 : limits.burst,',
  },
  slotsEnd: {
    what: 'who is not heard of holds no requests',
    file: 'src/stores/redis/redis-budget-script.ts',
    from: 'if numbers[8] <= now then numbers[5], numbers[6], numbers[7] = 0, 0, 0 end',
    to: '',
  },
  eventFirst: {
    what: 'an answer leaves when its event is written',
    file: 'src/tenancy/usage/usage-recorder.ts',
    from: 'this.#log.record(settled, done);',
    to: 'done(); setTimeout(() => this.#log.record(settled, () => {}), 50);',
  },
} as const satisfies Readonly<Record<string, Protection>>;

export type ProtectionName = keyof typeof PROTECTIONS;

/** @returns the protections whose place in the source is not there once. */
export function misplacedProtections(): string[] {
  return Object.entries(PROTECTIONS)
    .filter(([, protection]) => !hasItsPlace(protection))
    .map(([name, { file }]) => `${name}: its text stands not once in ${file}`);
}

/** Turns this protection off in processes that are started from here, too. */
export function switchOffInChildren(name: ProtectionName): void {
  const url = pathToFileURL(path.join(import.meta.dirname, 'switched-off.ts'));
  process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import=${url.href}?${name}`;
}

/** To be called before the source is loaded. @throws {Error} when the place in the source is gone. */
export function switchOff(name: ProtectionName): void {
  changeSource(name, PROTECTIONS[name]);
}
