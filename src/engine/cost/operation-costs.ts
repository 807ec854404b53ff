/** What one prepared operation costs: a formula for each of its plans, made when a request first has that plan. */
import type { ReadOptions } from '../../core/request-context.ts';
import { assertAffordable } from '../../tenancy/cost/assert-affordable.ts';
import type { CostModel } from '../../tenancy/cost/cost-model.ts';
import type { OperationCost } from '../../tenancy/cost/operation-cost.ts';
import type { InterpretedOperation, Variant } from '../interpreted/prepare-interpreted.ts';
import type { Asker } from '../protections.ts';
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

  /**
   * @param variables coerced.
   * @param asker what it may not see costs nothing; who may see all, where not given.
   */
  of(
    variables: Readonly<Record<string, unknown>>,
    options: Pick<ReadOptions, 'cache' | 'consistency' | 'status'>,
    asker?: Asker,
  ): OperationCost {
    return this.#formulaOf(this.#interpreted.variantFor(variables, asker)).evaluate(variables, options);
  }

  /**
   * The same, of the variant that is to be executed.
   * @throws FeaturegraphError COST_ESTIMATED_TOO_EXPENSIVE
   */
  affordable(
    variant: Variant,
    variables: Readonly<Record<string, unknown>>,
    options: Pick<ReadOptions, 'cache' | 'consistency' | 'status'>,
  ): OperationCost {
    const cost = this.#formulaOf(variant).evaluate(variables, options);
    assertAffordable(cost, this.#model.maximum);
    return cost;
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
