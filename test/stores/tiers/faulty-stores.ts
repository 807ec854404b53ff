/** Real stores that count what they are asked and, on demand, are held up or fail: as seen from above, a bad day. */
import type { HotStore } from '../../../src/stores/hot-store.ts';
import type { OnlineStore, StoreFailure, StoreFailureReason } from '../../../src/stores/online-store.ts';

type Method = 'readMany' | 'writeMany' | 'mergeMany' | 'promoteMany' | 'eraseMany';

export interface Asked {
  readonly method: Method;
  readonly keys: readonly string[];
  readonly options: { readonly deadlineAtMs?: number; readonly quorum?: boolean; readonly token?: string };
}

export class Faults {
  /** Every call, in order; `keys` are entity keys. */
  readonly asked: Asked[] = [];
  #failing: StoreFailureReason | 'THROW' | null = null;
  #failingMethods: readonly Method[] | null = null;
  #lost: Method | null = null;
  readonly #holds = new Map<string, { readonly wait: Promise<void>; readonly reached: () => void }>();

  /** From now on; `null`: works again. */
  fail(reason: StoreFailureReason | 'THROW' | null, methods: readonly Method[] | null = null): void {
    this.#failing = reason;
    this.#failingMethods = methods;
  }

  /**
   * The next call of this method stops: BEFORE the store is asked, or AFTER it has answered.
   * @returns `reached` resolves when it stands there, `release` lets it go on.
   */
  holdNext(method: Method, when: 'BEFORE' | 'AFTER'): { reached: Promise<void>; release: () => void } {
    const hold = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    this.#holds.set(`${when} ${method}`, { wait: hold.promise, reached: reached.resolve });
    return { reached: reached.promise, release: hold.resolve };
  }

  /** The next call of this method is made, and its caller told that it timed out. */
  loseNextAnswer(method: Method): void {
    this.#lost = method;
  }

  count(method: Method): number {
    return this.asked.filter((call) => call.method === method).length;
  }

  /** Entity keys of all calls of a method, in order. */
  keys(method: Method): string[] {
    return this.asked.filter((call) => call.method === method).flatMap(({ keys }) => [...keys]);
  }

  async call<Slot>(
    method: Method,
    items: readonly { readonly entityKey: string }[],
    options: object | undefined,
    ask: () => Promise<Slot[]>,
  ): Promise<(Slot | StoreFailure)[]> {
    this.asked.push({ method, keys: items.map(({ entityKey }) => entityKey), options: options ?? {} });
    await this.#pass(`BEFORE ${method}`);
    if (this.#failing !== null && (this.#failingMethods ?? [method]).includes(method)) {
      if (this.#failing === 'THROW') throw new Error('a bad day');
      const failure: StoreFailure = { failed: this.#failing, detail: 'a bad day' };
      return items.map(() => failure);
    }
    const slots = await ask();
    await this.#pass(`AFTER ${method}`);
    if (this.#lost === method) {
      this.#lost = null;
      const failure: StoreFailure = { failed: 'TIMEOUT', detail: 'the answer was lost' };
      return items.map(() => failure);
    }
    return slots;
  }

  async #pass(place: string): Promise<void> {
    const hold = this.#holds.get(place);
    if (hold === undefined) return;
    this.#holds.delete(place);
    hold.reached();
    await hold.wait;
  }
}

export function faultyOnlineStore(store: OnlineStore, faults: Faults): OnlineStore {
  return {
    readMany: (reads, options) =>
      faults.call('readMany', reads, options, () => store.readMany(reads, options)),
    writeMany: (writes, options) =>
      faults.call('writeMany', writes, options, () => store.writeMany(writes, options)),
    eraseMany: (keys) => faults.call('eraseMany', keys, {}, () => store.eraseMany(keys)),
    check: () => store.check(),
    close: () => store.close(),
  };
}

export function faultyHotStore(store: HotStore, faults: Faults): HotStore {
  return {
    readMany: (reads, options) =>
      faults.call('readMany', reads, options, () => store.readMany(reads, options)),
    mergeMany: (writes, options) =>
      faults.call('mergeMany', writes, options, () => store.mergeMany(writes, options)),
    promoteMany: (promotions, options) =>
      faults.call('promoteMany', promotions, options, () => store.promoteMany(promotions, options)),
    eraseMany: (keys) => faults.call('eraseMany', keys, {}, () => store.eraseMany(keys)),
    onLoss: (listener) => store.onLoss(listener),
    check: () => store.check(),
  };
}
