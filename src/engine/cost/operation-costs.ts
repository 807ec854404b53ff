/** What one prepared operation costs: a formula for each of its plans, made when a request first has that plan. */
import type { RequestContext } from '../../core/request-context.ts';
import type { CostModel } from '../../tenancy/cost/cost-model.ts';
import type { OperationCost } from '../../tenancy/cost/operation-cost.ts';
import type { InterpretedOperation, Variant } from '../interpreted/prepare-interpreted.ts';
import { CostFormula } from './cost-formula.ts';

export class OperationCosts {
  readonly #interpreted: InterpretedOperation;
  readonly #model: CostModel;
  readonly #formulas = new WeakMap<Variant, CostFormula>();

  constructor(interpreted: InterpretedOperation, model: CostModel) {
    this.#interpreted = interpreted;
    this.#model = model;
    for (const variant of interpreted.variants()) this.#formulaOf(variant);
  }

  /** @param variables coerced. What the asker may not see costs nothing. */
  of(variables: Readonly<Record<string, unknown>>, context: RequestContext): OperationCost {
    const variant = this.#interpreted.variantFor(variables, context);
    return this.#formulaOf(variant).evaluate(variables, context.options);
  }

  #formulaOf(variant: Variant): CostFormula {
    let formula = this.#formulas.get(variant);
    if (formula === undefined) {
      formula = new CostFormula(variant, this.#model);
      this.#formulas.set(variant, formula);
    }
    return formula;
  }
}
