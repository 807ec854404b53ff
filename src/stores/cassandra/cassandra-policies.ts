import { type Client, errors, policies, type types } from 'cassandra-driver';
import type { Clock } from '../../core/clock.ts';
import type { RequestBudget } from './request-budget.ts';

/**
 * When the driver may ask once more: within a budget, and another node. By itself it would ask every node again
 * while all are slow, which makes them slower.
 */
type Decision = policies.retry.DecisionInfo;
type Operation = policies.retry.OperationInfo;
type Consistency = types.consistencies;

/** One more attempt for one request: two nodes that fail are reason enough to tell the caller. */
const ATTEMPTS_MAX = 1;

export class BudgetedRetryPolicy extends policies.retry.RetryPolicy {
  readonly #budget: RequestBudget;

  constructor(budget: RequestBudget) {
    super();
    this.#budget = budget;
  }

  override onReadTimeout(operation: Operation, consistency: Consistency): Decision {
    return this.#decide(operation, consistency);
  }

  override onWriteTimeout(operation: Operation, consistency: Consistency): Decision {
    return this.#decide(operation, consistency);
  }

  override onUnavailable(operation: Operation, consistency: Consistency): Decision {
    return this.#decide(operation, consistency);
  }

  override onRequestError(operation: Operation, consistency: Consistency, error: Error): Decision {
    // The time of the call is over: nobody would wait for a second attempt.
    if (error instanceof errors.OperationTimedOutError) return this.rethrowResult();
    return this.#decide(operation, consistency);
  }

  #decide({ nbRetry }: Operation, consistency: Consistency): Decision {
    const mayRetry = nbRetry < ATTEMPTS_MAX && this.#budget.spend();
    return mayRetry ? this.retryResult(consistency, false) : this.rethrowResult();
  }
}

/** Timers run late on a busy machine: what was planned may still be sent this long after its time, in ms. */
const TIMER_SLACK_MS = 50;

interface Plan {
  readonly endsAtMs: number;
  /** Paid for, and neither sent nor given back yet. */
  open: boolean;
}

/**
 * Lets a read that has waited `afterMs` be sent to a second node. A plan is paid for when it is made, because the
 * driver does not ask again before it sends, and given back when its time has passed without that.
 */
export class BudgetedSpeculationPolicy implements policies.speculativeExecution.SpeculativeExecutionPolicy {
  readonly #budget: RequestBudget;
  readonly #afterMs: number;
  readonly #clock: Clock;
  /** In the order of their ends, because all wait equally long. */
  readonly #plans: Plan[] = [];

  constructor(budget: RequestBudget, afterMs: number, clock: Clock) {
    this.#budget = budget;
    this.#afterMs = afterMs;
    this.#clock = clock;
  }

  newPlan(_keyspace: string, query: unknown): { nextExecution: () => number } {
    // A write that is late is already underway; asking twice would only add to what makes it late.
    if (typeof query !== 'string' || !query.startsWith('SELECT')) return { nextExecution: () => -1 };
    let plan: Plan | undefined;
    // Called when the first execution is sent, and again when the second is.
    const nextExecution = (): number => {
      if (plan !== undefined) {
        plan.open = false;
        return -1;
      }
      this.#giveBackUnused();
      if (!this.#budget.spend()) return -1;
      plan = { endsAtMs: this.#clock.monotonicMs() + this.#afterMs + TIMER_SLACK_MS, open: true };
      this.#plans.push(plan);
      return this.#afterMs;
    };
    return { nextExecution };
  }

  #giveBackUnused(): void {
    const nowMs = this.#clock.monotonicMs();
    let ended = 0;
    while (ended < this.#plans.length && (this.#plans[ended] as Plan).endsAtMs <= nowMs) {
      if ((this.#plans[ended] as Plan).open) this.#budget.giveBack();
      ended += 1;
    }
    if (ended > 0) this.#plans.splice(0, ended);
  }

  getOptions(): Map<string, object> {
    return new Map();
  }

  init(_client: Client): void {}

  shutdown(): void {}
}
