/** Holds a lease with a request that never ends. Arguments: place of the store, tenant, its budget as JSON. */
import { budgetsOver, openBudgetStore } from './open-test-budgets.ts';

const [place = '', tenant = '', budgetText = ''] = process.argv.slice(2);
const budget = JSON.parse(budgetText);
const { budgets } = budgetsOver(await openBudgetStore(place), { budgetOf: () => budget });
await budgets.admit(tenant, null, 500);
console.log('holds');
setInterval(() => {}, 1000);
