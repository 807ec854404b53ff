import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FairQueues } from '../../../src/tenancy/fairness/fair-queues.ts';
import { BATCH_PART, type Queued, TenantQueue } from '../../../src/tenancy/fairness/tenant-queue.ts';
import { PRIORITY_CLASSES, type PriorityClass } from '../../../src/tenancy/priority-class.ts';

const RUNS_MAX_MS = 120_000;
const RUNS = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 20_000 : 100;
/** Of a round, for a weight of 1. */
const QUANTUM = 20;

interface Request extends Queued {
  readonly tenant: number;
  readonly number: number;
}

const cost = fc.oneof(
  fc.integer({ min: 1, max: 30 }),
  fc.integer({ min: 1, max: 3000 }),
  fc.constant(1_000_000),
);
const priority = fc.constantFrom(...PRIORITY_CLASSES);
const tenants = fc.array(
  fc.record({
    weight: fc.integer({ min: 1, max: 1000 }),
    costs: fc.array(cost, { minLength: 1 }),
    priorities: fc.array(priority, { minLength: 1 }),
  }),
  { minLength: 1, maxLength: 8 },
);

describe('queues by weight', () => {
  test('while all have something waiting, what each was served is as its weight, but for one request', {
    timeout: RUNS_MAX_MS,
  }, () => {
    fc.assert(
      fc.property(tenants, (given) => {
        const queues = new FairQueues<Request>();
        const own = given.map(({ weight }) => new TenantQueue<Request>(weight));
        const sent = given.map(() => 0);
        const served = given.map(() => 0);
        const send = (tenant: number): void => {
          const { costs, priorities } = given[tenant] as (typeof given)[number];
          const number = sent[tenant] as number;
          sent[tenant] = number + 1;
          const cost = costs[number % costs.length] as number;
          const priority = priorities[number % priorities.length] as PriorityClass;
          queues.push(own[tenant] as TenantQueue<Request>, { tenant, number, priority, cost, bytes: 1 });
        };
        for (let i = 0; i < given.length * 2; i += 1) send(i % given.length);
        for (let turn = 0; turn < 400; turn += 1) {
          const next = queues.shift() as Request;
          served[next.tenant] = (served[next.tenant] as number) + next.cost;
          send(next.tenant);
          given.forEach((a, i) => {
            given.forEach((b, j) => {
              const apart = (served[i] as number) / a.weight - (served[j] as number) / b.weight;
              const most = QUANTUM + Math.max(...a.costs) / a.weight + Math.max(...b.costs) / b.weight;
              if (Math.abs(apart) > most + 1e-6) throw new Error(`${apart} apart, at most ${most}`);
            });
          });
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('all that was put in comes out once, each class of a tenant in its order, or is dropped from its head', () => {
    const step = fc.oneof(
      fc.record({ what: fc.constant('push' as const), tenant: fc.nat(4), priority, cost }),
      fc.record({ what: fc.constant('shift' as const) }),
      fc.record({ what: fc.constant('drop' as const), below: fc.nat(30) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const queues = new FairQueues<Request>();
        const own = [1, 2, 5, 10, 1000].map((weight) => new TenantQueue<Request>(weight));
        const model = own.map((): Record<PriorityClass, Request[]> => ({ INTERACTIVE: [], BATCH: [] }));
        const left = (tenant: number): Request[] => Object.values(model[tenant] ?? {}).flat();
        const all = (): Request[] => own.flatMap((_, tenant) => left(tenant));
        const take = ({ tenant, number, priority }: Request): void =>
          expect(model[tenant]?.[priority].shift()?.number).toBe(number);
        steps.forEach((given, number) => {
          if (given.what === 'push') {
            const { tenant, priority, cost } = given;
            const request = { tenant, number, priority, cost, bytes: number };
            queues.push(own[tenant] as TenantQueue<Request>, request);
            model[tenant]?.[priority].push(request);
          } else if (given.what === 'shift') {
            const next = queues.shift();
            if (next === null) expect(all()).toEqual([]);
            else take(next);
          } else {
            for (const dropped of queues.drop((request) => request.number < given.below)) take(dropped);
            for (const first of model.flatMap(({ INTERACTIVE, BATCH }) => [INTERACTIVE[0], BATCH[0]]))
              expect(first?.number ?? given.below).toBeGreaterThanOrEqual(given.below);
          }
          expect(queues.count).toBe(all().length);
          expect(queues.weight).toBe(
            own.reduce((sum, { weight }, i) => sum + (left(i).length > 0 ? weight : 0), 0),
          );
          own.forEach((queue, i) => {
            const { INTERACTIVE, BATCH } = queue.lines;
            expect([queue.count, INTERACTIVE.cost + BATCH.cost, queue.bytes]).toEqual([
              left(i).length,
              left(i).reduce((sum, request) => sum + request.cost, 0),
              left(i).reduce((sum, request) => sum + request.bytes, 0),
            ]);
          });
        });
      }),
      { numRuns: RUNS },
    );
  });

  test('of one tenant, INTERACTIVE comes first, and BATCH has its part of the units meanwhile, but for one request', () => {
    fc.assert(
      fc.property(fc.array(cost, { minLength: 1 }), fc.array(cost, { minLength: 1 }), (first, batch) => {
        const queue = new TenantQueue<Request>(1);
        const served = { INTERACTIVE: 0, BATCH: 0 };
        const push = (priority: PriorityClass, number: number): void => {
          const costs = priority === 'BATCH' ? batch : first;
          queue.push({ tenant: 0, number, priority, cost: costs[number % costs.length] as number, bytes: 0 });
        };
        // Something of each waits at any time.
        for (const priority of PRIORITY_CLASSES) [0, 1].forEach((number) => void push(priority, number));
        for (let turn = 2; turn < 300; turn += 1) {
          const { priority, cost } = queue.shift();
          served[priority] += cost;
          push(priority, turn);
          const ofBatch = (served.INTERACTIVE + served.BATCH) / BATCH_PART;
          if (served.BATCH > ofBatch + 1e-6) throw new Error(`${served.BATCH} of at most ${ofBatch}`);
          const least = ofBatch - Math.max(...batch) - Math.max(...first) / (BATCH_PART - 1);
          if (served.BATCH < least - 1e-6) throw new Error(`${served.BATCH} of at least ${least}`);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('one that asks for little is served beside those that never stop', () => {
    const queues = new FairQueues<Request>();
    const [greedy, modest] = [new TenantQueue<Request>(1), new TenantQueue<Request>(1)];
    for (let number = 0; number < 10_000; number += 1)
      queues.push(greedy, { tenant: 0, number, priority: 'INTERACTIVE', cost: 1000, bytes: 0 });
    for (let number = 0; number < 20; number += 1) {
      queues.push(modest, { tenant: 1, number, priority: 'INTERACTIVE', cost: 5, bytes: 0 });
      // At most what is begun of the others comes before.
      expect([queues.shift(), queues.shift()].map((request) => request?.tenant)).toContain(1);
    }
  });
});
