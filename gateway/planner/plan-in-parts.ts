/**
 * Plans what the planner refuses as a whole: the operation is halved until each part can be planned, and the parts'
 * plans are joined. Seen to be refused: several fields of an interface object whose inputs differ, where one of the
 * inputs comes from yet another subgraph. Fields of a mutation are parts, too, where one could come before another is done.
 */
import { FeaturegraphError } from '../../src/core/errors.ts';
import type { PlanNode } from '../../src/engine/query-plan.ts';
import { isRefusal } from './is-refusal.ts';
import { joinPlans } from './join-plans.ts';
import { OperationParts, operationOf } from './operation-parts.ts';

/** Parts of one operation: what needs more of them is refused. Two were enough for all that was seen. */
const PARTS_MAX = 16;

/** @returns `null` for nothing to fetch. @throws what the planner refuses with. */
export type PlanText = (operationText: string, part: number) => PlanNode | null;

/**
 * @param refusal why the whole was refused, where it was.
 * @throws `refusal`, where the operation cannot be taken apart, or its parts cannot be planned either.
 */
export function planInParts(
  operationText: string,
  plan: PlanText,
  refusal: unknown = notInOrder(),
): PlanNode | null {
  const operation = new OperationParts(operationText);
  if (!operation.isMutation) return joined(operation, operation.leaves, plan, refusal);
  // One root field is done after the other, and none is done twice.
  const roots = Map.groupBy(operation.leaves, (leaf) => leaf.split('.', 1)[0] as string);
  const nodes = [...roots.values()].flatMap((leaves) => joined(operation, leaves, plan, refusal) ?? []);
  return { kind: 'sequence', nodes };
}

/**
 * Whether entities of one mutation field are completed only after the next field has changed what they are read from:
 * the planner asks for neighbours of one subgraph in one request.
 */
export function mixesMutations(plan: PlanNode | null): boolean {
  let hasEntities = false;
  let hasNeighbours = false;
  const visit = (node: PlanNode): void => {
    if (node.kind === 'sequence' || node.kind === 'parallel') node.nodes.forEach(visit);
    if (node.kind !== 'fetch') return;
    const { operationKind, document } = node.document;
    if (node.entities.length > 0) hasEntities = true;
    else if (operationKind === 'mutation' && operationOf(document).selectionSet.selections.length > 1)
      hasNeighbours = true;
  };
  if (plan !== null) visit(plan);
  return hasEntities && hasNeighbours;
}

function joined(
  operation: OperationParts,
  leaves: readonly string[],
  plan: PlanText,
  refusal: unknown,
): PlanNode | null {
  const plans: PlanNode[] = [];
  let parts = 0;
  const add = (part: readonly string[]): void => {
    if (parts === PARTS_MAX) throw refusal;
    let planned: PlanNode | null;
    try {
      planned = plan(operation.only(part), parts);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (part.length === 1) throw refusal;
      const half = Math.ceil(part.length / 2);
      add(part.slice(0, half));
      add(part.slice(half));
      return;
    }
    parts += 1;
    if (planned !== null) plans.push(planned);
  };
  add(leaves);
  const whole = joinPlans(plans);
  if (whole === null) throw refusal;
  return whole;
}

function notInOrder(): FeaturegraphError {
  return new FeaturegraphError(
    'OPERATION_NOT_SUPPORTED',
    'No plan for this operation: its fields cannot be done one after the other. Ask for them in separate operations.',
  );
}
