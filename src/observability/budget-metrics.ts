import { Counter, type Registry } from 'prom-client';
import { TalliedCounter } from './tallies.ts';

/** What budgets decided, and how the store of budgets answered. */
export interface BudgetMetrics {
  readonly budgetDecisions: TalliedCounter<'decision' | 'priority'>;
  readonly budgetExchanges: Counter<'result'>;
}

export function createBudgetMetrics(registry: Registry): BudgetMetrics {
  const at = { registers: [registry] };
  return {
    budgetDecisions: new TalliedCounter({
      name: 'featuregraph_budget_decisions_total',
      help: 'Requests by their priority class and by what their tenant’s budget decided: let, overdrawn (let on credit), local (let while the store of budgets cannot be asked), measured (let, and would be refused), or refused for its budget, quota, in_flight, store or corrupt.',
      labelNames: ['decision', 'priority'],
      ...at,
    }),
    budgetExchanges: new Counter({
      name: 'featuregraph_budget_exchanges_total',
      help: 'Exchanges with the store of budgets: done, or why they failed.',
      labelNames: ['result'],
      ...at,
    }),
  };
}
