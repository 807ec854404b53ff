import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FairQueues, type Queued, TenantQueue } from '../../../src/tenancy/fairness/fair-queues.ts';

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
const tenants = fc.array(
  fc.record({ weight: fc.integer({ min: 1, max: 1000 }), costs: fc.array(cost, { minLength: 1 }) }),
  { minLength: 1, maxLength: 8 },
);

describe('queues by weight', () => {
  test('while all have something waiting, what each was served is as its weight, but for one request', () => {
    fc.assert(
      fc.property(tenants, (given) => {
        const queues = new FairQueues<Request>();
        const own = given.map(({ weight }) => new TenantQueue<Request>(weight));
        const sent = given.map(() => 0);
        const served = given.map(() => 0);
        const send = (tenant: number): void => {
          const { costs } = given[tenant] as (typeof given)[number];
          const number = sent[tenant] as number;
          sent[tenant] = number + 1;
          const request = { tenant, number, cost: costs[number % costs.length] as number, bytes: 1 };
          queues.push(own[tenant] as TenantQueue<Request>, request);
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

  test('all that was put in comes out once, each tenant’s in its order, or is dropped from its head', () => {
    const step = fc.oneof(
      fc.record({ what: fc.constant('push' as const), tenant: fc.nat(4), cost }),
      fc.record({ what: fc.constant('shift' as const) }),
      fc.record({ what: fc.constant('drop' as const), below: fc.nat(30) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const queues = new FairQueues<Request>();
        const own = [1, 2, 5, 10, 1000].map((weight) => new TenantQueue<Request>(weight));
        const model: Request[][] = own.map(() => []);
        const take = ({ tenant, number }: Request): void =>
          expect(model[tenant]?.shift()?.number).toBe(number);
        steps.forEach((given, number) => {
          if (given.what === 'push') {
            const request = { tenant: given.tenant, number, cost: given.cost, bytes: number };
            queues.push(own[given.tenant] as TenantQueue<Request>, request);
            model[given.tenant]?.push(request);
          } else if (given.what === 'shift') {
            const next = queues.shift();
            if (next === null) expect(model.flat()).toEqual([]);
            else take(next);
          } else {
            for (const dropped of queues.drop((request) => request.number < given.below)) take(dropped);
            for (const left of model)
              expect(left[0]?.number ?? given.below).toBeGreaterThanOrEqual(given.below);
          }
          expect(queues.count).toBe(model.flat().length);
          expect(queues.weight).toBe(
            own.reduce((sum, { weight }, i) => sum + (model[i]?.length ? weight : 0), 0),
          );
          own.forEach((queue, i) => {
            const left = model[i] as Request[];
            expect([queue.count, queue.cost, queue.bytes]).toEqual([
              left.length,
              left.reduce((sum, request) => sum + request.cost, 0),
              left.reduce((sum, request) => sum + request.bytes, 0),
            ]);
          });
        });
      }),
      { numRuns: RUNS },
    );
  });

  test('one that asks for little is served beside those that never stop', () => {
    const queues = new FairQueues<Request>();
    const [greedy, modest] = [new TenantQueue<Request>(1), new TenantQueue<Request>(1)];
    for (let number = 0; number < 10_000; number += 1)
      queues.push(greedy, { tenant: 0, number, cost: 1000, bytes: 0 });
    for (let number = 0; number < 20; number += 1) {
      queues.push(modest, { tenant: 1, number, cost: 5, bytes: 0 });
      // At most what is begun of the others comes before.
      expect([queues.shift(), queues.shift()].map((request) => request?.tenant)).toContain(1);
    }
  });
});
