/** What every budget store promises, whatever is behind it. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bucket, exchangeInBucket } from '../../src/stores/budget-bucket.ts';
import type {
  BudgetAnswer,
  BudgetExchange,
  BudgetLimits,
  BudgetState,
  BudgetStore,
} from '../../src/stores/budget-store.ts';
import { isStoreFailure } from '../../src/stores/online-store.ts';

const DAY_MS = 86_400_000;
const LIMITS: BudgetLimits = { burst: 100, perSecond: 1, overdraft: 0, dailyQuota: null, inFlight: null };
const NOTHING = {
  giveBack: 0,
  keeps: 0,
  need: 0,
  wanted: 0,
  spare: 0,
  slots: 0,
  slotsUsed: 0,
  limits: LIMITS,
};
type Asked = Partial<Omit<BudgetExchange, 'tenant' | 'holder' | 'number'>>;

/** One process as the store sees it: its exchanges are numbered. */
export class TestHolder {
  readonly #store: BudgetStore;
  readonly tenant: string;
  readonly name = randomUUID();
  number = 0;

  constructor(store: BudgetStore, tenant: string) {
    this.#store = store;
    this.tenant = tenant;
  }

  ask(asked: Asked): Promise<BudgetAnswer> {
    this.number += 1;
    return this.repeat(asked, this.number);
  }

  take(need: number, limits: Partial<BudgetLimits> = {}): Promise<BudgetAnswer> {
    return this.ask({ need, wanted: need, limits: { ...LIMITS, ...limits } });
  }

  async repeat(asked: Asked, number: number): Promise<BudgetAnswer> {
    const { tenant, name: holder } = this;
    const [slot] = await this.#store.exchangeMany([{ ...NOTHING, ...asked, tenant, holder, number }]);
    if (slot === undefined || isStoreFailure(slot)) throw new Error(JSON.stringify(slot));
    return slot;
  }
}

/**
 * @param openStore opens one more client of the same budgets; each client is closed by itself.
 */
export function budgetStoreContract(name: string, openStore: () => Promise<BudgetStore>): void {
  describe(`${name} keeps the promises of a budget store`, () => {
    let store: BudgetStore;
    let other: BudgetStore;
    beforeAll(async () => {
      store = await openStore();
      other = await openStore();
    });
    afterAll(async () => {
      await store.close();
      await other.close();
    });
    const look = async (tenant: string, limits = LIMITS): Promise<BudgetState> => {
      const [slot] = await other.lookMany([{ tenant, limits }]);
      if (slot === undefined || slot === 'NONE' || isStoreFailure(slot))
        throw new Error(JSON.stringify(slot));
      return slot;
    };
    /** A tenant of its own whose bucket is full, whenever the server was started. */
    const full = async (limits: Partial<BudgetLimits> = {}): Promise<TestHolder> => {
      const holder = new TestHolder(store, `t-${randomUUID()}`);
      await holder.ask({ limits: { ...LIMITS, ...limits, perSecond: 10_000_000 } });
      await new Promise((resolve) => setTimeout(resolve, 5));
      await holder.ask({ limits: { ...LIMITS, ...limits, perSecond: 10_000_000 } });
      return holder;
    };

    /** What the embedded arithmetic says to the same exchanges, from where the tenant is now. */
    const modelOf = async (first: TestHolder) => {
      const nowMs = Date.now();
      const { levelMilli, usedToday: used, dayEndsInMs } = await look(first.tenant);
      const day = Math.round((nowMs + dayEndsInMs) / DAY_MS) - 1;
      const bucket: Bucket = { levelMilli, atMs: nowMs, day, used, holders: {} };
      const known = { ...NOTHING, tenant: first.tenant, holder: first.name, number: first.number };
      exchangeInBucket(bucket, known, nowMs);
      return ({ tenant, name: holder, number }: TestHolder, asked: Asked): BudgetAnswer =>
        exchangeInBucket(bucket, { ...NOTHING, ...asked, tenant, holder, number }, nowMs);
    };

    test('a tenant that nobody asked for is told as none, and looking makes none', async () => {
      const tenant = randomUUID();
      expect(await store.lookMany([{ tenant, limits: LIMITS }])).toEqual(['NONE']);
      expect(await other.lookMany([{ tenant, limits: LIMITS }])).toEqual(['NONE']);
    });

    test('each tenant has its own, and answers come in the order of the questions', async () => {
      const a = await full();
      const b = await full();
      const ask = (holder: TestHolder, need: number): BudgetExchange => {
        holder.number += 1;
        const { tenant, name: is, number } = holder;
        return { ...NOTHING, tenant, holder: is, number, need, wanted: need };
      };
      const slots = await store.exchangeMany([ask(a, 30), ask(b, 101), ask(a, 60)]);
      expect(slots).toMatchObject([
        { granted: 30, refused: null },
        { granted: 0, refused: 'BUDGET' },
        { granted: 60, refused: null },
      ]);
      expect(Math.floor((await look(b.tenant)).levelMilli / 1000)).toBe(100);
    });

    test('what is needed is given whole or not at all, to the last unit, by every client', async () => {
      const a = await full();
      const b = new TestHolder(other, a.tenant);
      expect(await a.take(60)).toMatchObject({ granted: 60 });
      expect(await b.take(60)).toMatchObject({ granted: 0, refused: 'BUDGET' });
      expect(await b.take(40)).toMatchObject({ granted: 40 });
      expect(await a.take(2)).toMatchObject({ granted: 0, refused: 'BUDGET' });
    });

    test('a thousand refusals change nothing', async () => {
      const a = await full({ perSecond: 0 });
      const limits = { perSecond: 0 };
      await a.take(50, limits);
      const before = await look(a.tenant, { ...LIMITS, ...limits });
      const holders = Array.from({ length: 50 }, (_, i) => new TestHolder(i % 2 ? store : other, a.tenant));
      for (let i = 0; i < 20; i += 1) {
        const all = await Promise.all(holders.map((holder) => holder.take(51, limits)));
        expect(all.every(({ granted, refused }) => granted === 0 && refused === 'BUDGET')).toBe(true);
      }
      const after = await look(a.tenant, { ...LIMITS, ...limits });
      expect({ ...after, dayEndsInMs: 0 }).toEqual({ ...before, dayEndsInMs: 0 });
    });

    test('an exchange sent again is answered again and changes nothing; a late one gives nothing', async () => {
      const limits = { ...LIMITS, perSecond: 0 };
      const a = await full({ perSecond: 0 });
      const take = { need: 30, wanted: 30, limits };
      const first = await a.ask(take);
      const again = await a.repeat(take, a.number);
      expect({ ...again, dayEndsInMs: 0 }).toEqual({ ...first, dayEndsInMs: 0 });
      await a.ask({ giveBack: 10, limits });
      await a.repeat({ giveBack: 10, limits }, a.number);
      await a.repeat({ giveBack: 10, limits }, a.number);
      expect(await a.repeat(take, a.number - 1)).toMatchObject({ granted: 0 });
      expect((await look(a.tenant, limits)).levelMilli).toBe(80_000);
    });

    test('no more comes back than was taken and can still be held', async () => {
      const limits = { ...LIMITS, perSecond: 0 };
      const a = await full({ perSecond: 0 });
      await a.take(50, limits);
      await new TestHolder(store, a.tenant).ask({ giveBack: 50, limits });
      expect((await look(a.tenant, limits)).levelMilli).toBe(50_000);
      await a.ask({ keeps: 20, limits });
      expect(await look(a.tenant, limits)).toMatchObject({ levelMilli: 50_000, unitsHeld: 20 });
      await a.ask({ giveBack: 50, limits });
      expect(await look(a.tenant, limits)).toMatchObject({ levelMilli: 70_000, unitsHeld: 0 });
    });

    test('units come back by the rate, and no more gather than may', async () => {
      const limits = { ...LIMITS, perSecond: 200 };
      const a = await full(limits);
      await a.take(100, limits);
      const startedMs = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 100));
      const { levelMilli } = await look(a.tenant, limits);
      const atMostMilli = (performance.now() - startedMs + 20) * 200;
      expect(levelMilli).toBeGreaterThan(15_000);
      expect(levelMilli).toBeLessThan(atMostMilli);
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect((await look(a.tenant, limits)).levelMilli).toBe(100_000);
    });

    test('what is for later shrinks with the bucket, and little is left where it is', async () => {
      const limits = { ...LIMITS, burst: 16_000, perSecond: 0 };
      const a = await full(limits);
      expect((await a.ask({ need: 1, wanted: 1, spare: 1e9, limits })).granted).toBe(1 + 999);
      expect((await a.ask({ need: 14_500, wanted: 14_500, spare: 1e9, limits })).granted).toBe(14_531);
      await a.take(300, limits);
      // 169 are left: a part of them would be too little to be of use.
      expect((await a.ask({ need: 1, wanted: 1, spare: 1e9, limits })).granted).toBe(1);
      expect((await a.ask({ need: 1, wanted: 500, limits })).granted).toBe(168);
    });

    test('an overdraft is given for what is needed, and for nothing else', async () => {
      const limits = { ...LIMITS, perSecond: 0, overdraft: 20 };
      const a = await full(limits);
      await a.take(95, limits);
      expect(await a.ask({ need: 0, wanted: 50, limits })).toMatchObject({ granted: 5, levelMilli: 0 });
      expect(await a.take(15, limits)).toMatchObject({ granted: 15, levelMilli: -15_000 });
      expect(await a.take(6, limits)).toMatchObject({ granted: 0, refused: 'BUDGET' });
      expect(await a.take(5, limits)).toMatchObject({ granted: 5, levelMilli: -20_000 });
    });

    test('the day’s quota is given to the last unit, comes back with what comes back, and ends at midnight of UTC', async () => {
      const a = new TestHolder(store, `t-${randomUUID()}`);
      const wide = { ...LIMITS, perSecond: 10_000_000 };
      // A server that is young takes it that a part of the day's units is gone.
      const before = (await a.ask({ limits: { ...wide, dailyQuota: null } })).usedToday;
      await new Promise((resolve) => setTimeout(resolve, 5));
      const quota = { ...wide, dailyQuota: before + 30 };
      expect(await a.take(25, quota)).toMatchObject({ granted: 25, usedToday: before + 25 });
      expect(await new TestHolder(other, a.tenant).take(6, quota)).toMatchObject({
        granted: 0,
        refused: 'QUOTA',
      });
      expect(await a.ask({ wanted: 50, spare: 50, keeps: 25, limits: quota })).toMatchObject({ granted: 5 });
      const { dayEndsInMs, usedToday } = await a.ask({ giveBack: 10, keeps: 20, limits: quota });
      expect(usedToday).toBe(before + 20);
      const now = new Date();
      const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1);
      expect(Math.abs(midnight - now.getTime() - dayEndsInMs)).toBeLessThan(60_000);
    });

    test('requests at once are shared out among all holders, and a smaller wish frees the rest', async () => {
      const limits = { ...LIMITS, inFlight: 10 };
      const a = await full();
      const b = new TestHolder(other, a.tenant);
      expect(await a.ask({ slots: 7, limits })).toMatchObject({ slots: 7 });
      expect(await b.ask({ slots: 7, limits })).toMatchObject({ slots: 3, slotsHeld: 10 });
      expect(await a.ask({ slots: 2, limits })).toMatchObject({ slots: 2, slotsHeld: 5 });
      expect(await b.ask({ slots: 9, limits })).toMatchObject({ slots: 8, slotsHeld: 10 });
    });

    test('who has more requests at once than its share gives way to who has less, as they end', async () => {
      const limits = { ...LIMITS, inFlight: 10 };
      const a = await full();
      const b = new TestHolder(other, a.tenant);
      expect(await a.ask({ slots: 99, limits })).toMatchObject({ slots: 10 });
      expect(await b.ask({ slots: 99, limits })).toMatchObject({ slots: 0, slotsHeld: 10 });
      expect(await a.ask({ slots: 99, slotsUsed: 10, limits })).toMatchObject({ slots: 5, slotsHeld: 10 });
      expect(await b.ask({ slots: 99, limits })).toMatchObject({ slots: 0 });
      expect(await a.ask({ slots: 99, slotsUsed: 7, limits })).toMatchObject({ slots: 5, slotsHeld: 7 });
      expect(await b.ask({ slots: 99, limits })).toMatchObject({ slots: 3, slotsHeld: 10 });
      expect(await a.ask({ slots: 99, slotsUsed: 5, limits })).toMatchObject({ slots: 5, slotsHeld: 8 });
      expect(await b.ask({ slots: 99, slotsUsed: 3, limits })).toMatchObject({ slots: 5, slotsHeld: 10 });
    });

    test('who leaves a reserve is given what is above it, to the last unit, and who leaves none has all', async () => {
      const limits = { perSecond: 0, overdraft: 20 };
      const leaving = { ...limits, overdraft: 0, reserve: { units: 25, ofDay: 0, slots: 0 } };
      const all = await full(limits);
      const batch = new TestHolder(other, all.tenant);
      expect(await batch.take(76, leaving)).toMatchObject({ granted: 0, refused: 'BUDGET' });
      expect(await batch.take(70, leaving)).toMatchObject({ granted: 70, refused: null });
      const rest = { wanted: 50, spare: 50, keeps: 70, limits: { ...LIMITS, ...leaving } };
      expect(await batch.ask(rest)).toMatchObject({ granted: 5, levelMilli: 25_000 });
      expect(await batch.ask({ ...rest, keeps: 75 })).toMatchObject({ granted: 0, refused: null });
      expect(await batch.take(1, leaving)).toMatchObject({ granted: 0, refused: 'BUDGET' });
      expect(await all.take(45, limits)).toMatchObject({ granted: 45, levelMilli: -20_000 });
      // Below the reserve, what comes back is not for who leaves it, until the reserve is full.
      const back = await all.ask({ giveBack: 45, limits: { ...LIMITS, ...limits } });
      expect(back).toMatchObject({ levelMilli: 25_000 });
      expect(await batch.take(1, leaving)).toMatchObject({ granted: 0, refused: 'BUDGET' });
    });

    test('a reserve of the day’s quota and of the requests at once is left, too', async () => {
      const a = new TestHolder(store, `t-${randomUUID()}`);
      const wide = { ...LIMITS, perSecond: 10_000_000 };
      const before = (await a.ask({ limits: wide })).usedToday;
      await new Promise((resolve) => setTimeout(resolve, 5));
      const limits = { ...wide, dailyQuota: before + 40, inFlight: 8 };
      const leaving = { ...limits, reserve: { units: 0, ofDay: 10, slots: 2 } };
      const batch = new TestHolder(other, a.tenant);
      expect(await batch.take(31, leaving)).toMatchObject({ granted: 0, refused: 'QUOTA' });
      expect(await batch.take(30, leaving)).toMatchObject({ granted: 30, refused: null });
      expect(await batch.take(1, leaving)).toMatchObject({ granted: 0, refused: 'QUOTA' });
      expect(await a.take(10, limits)).toMatchObject({ granted: 10, usedToday: before + 40 });
      expect(await batch.ask({ slots: 99, limits: leaving })).toMatchObject({ slots: 6 });
      expect(await a.ask({ slots: 5, limits })).toMatchObject({ slots: 2, slotsHeld: 8 });
    });

    test('who leaves a reserve gives way until nobody else is short, and nobody gives way to it but its like', async () => {
      const limits = { ...LIMITS, inFlight: 8 };
      const leaving = { ...limits, reserve: { units: 0, ofDay: 0, slots: 2 } };
      const a = await full();
      const [first, second] = [new TestHolder(other, a.tenant), new TestHolder(store, a.tenant)];
      const slotsOf = async (holder: TestHolder, slotsUsed: number): Promise<number> =>
        (await holder.ask({ slots: 99, slotsUsed, limits: holder === a ? limits : leaving })).slots;
      expect(await slotsOf(first, 0)).toBe(6);
      expect(await slotsOf(second, 0)).toBe(0);
      expect(await slotsOf(first, 6)).toBe(3);
      expect(await slotsOf(first, 3)).toBe(3);
      expect(await slotsOf(second, 0)).toBe(3);
      expect(await slotsOf(a, 0)).toBe(2);
      // As its requests end, what the others have and what it leaves are free for them.
      expect([await slotsOf(first, 3), await slotsOf(second, 3)]).toEqual([1, 1]);
      expect([await slotsOf(first, 1), await slotsOf(second, 1)]).toEqual([1, 2]);
      expect(await slotsOf(a, 2)).toBe(5);
      expect([await slotsOf(first, 1), await slotsOf(second, 2)]).toEqual([0, 0]);
      expect([await slotsOf(first, 0), await slotsOf(second, 0)]).toEqual([0, 1]);
      expect(await slotsOf(a, 5)).toBe(7);
      expect(await slotsOf(second, 0)).toBe(0);
      expect(await slotsOf(a, 7)).toBe(8);
    });

    test('whoever asks in whichever order: nothing is given that is not there, and nothing is lost', async () => {
      const limits = { ...LIMITS, perSecond: 0 };
      const step = fc.record({
        who: fc.nat({ max: 2 }),
        need: fc.nat({ max: 60 }),
        more: fc.nat({ max: 30 }),
        back: fc.nat({ max: 40 }),
        again: fc.boolean(),
        reserve: fc.constantFrom(0, 0, 10, 60),
        slots: fc.nat({ max: 12 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
          const first = await full(limits);
          const holders = [first, new TestHolder(other, first.tenant), new TestHolder(store, first.tenant)];
          const has = [0, 0, 0];
          const model = await modelOf(first);
          for (const { who, need, more, back, again, reserve: units, slots } of steps) {
            const holder = holders[who] as TestHolder;
            const mine = has[who] as number;
            const giveBack = Math.min(back, mine);
            const reserve = who === 0 ? undefined : { units, ofDay: 0, slots: 4 };
            const own = { ...limits, inFlight: 10, reserve };
            const asked = { giveBack, keeps: mine - giveBack, need, wanted: need + more, slots, limits: own };
            const answer = await holder.ask(asked);
            expect({ ...answer, dayEndsInMs: 0 }).toEqual({ ...model(holder, asked), dayEndsInMs: 0 });
            const { granted, refused } = answer;
            if (granted > 0 && who !== 0) expect(answer.levelMilli / 1000).toBeGreaterThanOrEqual(units);
            if (again) expect((await holder.repeat(asked, holder.number)).granted).toBe(granted);
            expect(refused === null ? granted >= need : granted === 0).toBe(true);
            has[who] = mine - giveBack + granted;
            const { levelMilli } = await look(first.tenant, limits);
            expect(levelMilli / 1000 + has.reduce((a, b) => a + b)).toBe(100);
          }
        }),
        { numRuns: 30 },
      );
    });
  });
}
