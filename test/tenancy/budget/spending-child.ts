/**
 * One of several processes that spend a tenant's budget, as fast as they can. Arguments: place of the store, tenant,
 * its budget as JSON, requests at once, ms, largest cost. Prints what was spent when all is given back.
 */
import { FeaturegraphError } from '../../../src/core/errors.ts';
import { budgetsOver, openBudgetStore } from './open-test-budgets.ts';

const [place = '', tenant = '', budgetText = '', atOnce = '', forMs = '', largest = ''] =
  process.argv.slice(2);
const budget = JSON.parse(budgetText);
/** The operations that have something of their own, and any other. */
const operations = [null, ...Object.keys(budget.operations ?? {})];
const store = await openBudgetStore(place);
// Nobody is held up here: what a process could not give back would be missing in the sum.
const { budgets, exchanges } = budgetsOver(store, { budgetOf: () => budget, leaseTimeoutMs: 20_000 });
const told = { spent: 0, let: 0, refused: 0, ran: [] as [number, number][] };
const nowMs = (): number => performance.timeOrigin + performance.now();
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function spendUntil(endMs: number): Promise<void> {
  while (performance.now() < endMs) {
    const cost = 1 + Math.floor(Math.random() * Number(largest));
    const actual = Math.ceil(Math.random() * cost);
    const operation = operations[Math.floor(Math.random() * operations.length)] ?? null;
    try {
      const admission = await budgets.admit(tenant, operation, cost);
      told.let += 1;
      const beganMs = nowMs();
      await pause(Math.random() * 5);
      told.ran.push([beganMs, nowMs()]);
      admission?.settle(actual);
      admission?.settle(0); // twice is once
      told.spent += actual;
    } catch (error) {
      if (!(error instanceof FeaturegraphError)) throw error;
      told.refused += 1;
      await pause(5 + Math.random() * 20);
    }
  }
}

console.log('"ready"');
process.stdin.once('data', async () => {
  const endMs = performance.now() + Number(forMs);
  await Promise.all(Array.from({ length: Number(atOnce) }, () => spendUntil(endMs)));
  await budgets.close();
  await store.close();
  const line = JSON.stringify({ ...told, exchanges: Object.fromEntries(exchanges) });
  // A long line is not read at once.
  process.stdout.write(`${line}\n`, () => process.exit(0));
});
