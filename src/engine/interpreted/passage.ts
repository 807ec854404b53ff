/**
 * Finds the operations whose answer needs no projection: one fetch from a subgraph that checks its own values brings
 * it as the client wants it, field for field. For 100 entities of 50 features that is a fifth of all CPU time.
 */
import { type FieldNode, Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import type { PlanStep } from './compile-plan.ts';
import type { PlanRun } from './plan-run.ts';
import type { AnswerObject } from './project.ts';
import type { FieldTable, ProjectedField, Selection, Shape } from './projection-table.ts';
import { isTreeObject } from './tree.ts';

export interface Passage {
  readonly subgraph: string;
  readonly fields: readonly PassedField[];
}

interface PassedField {
  readonly responseKey: string;
  readonly nonNull: boolean;
  /** Of the values that clients may see less of than the subgraph does, such as enums; `null` where there are none. */
  readonly guard: Guard | null;
}

/** Whether the value is answered as it is. */
type Guard = (value: unknown) => boolean;

/** What graphql-js has completed by these, it completes to the same again. */
const NEED_NO_GUARD = new Set(['Int', 'Float', 'String', 'Boolean', 'ID']);

/** Stands for a value whose answer differs, or may differ, in more than single values. */
const CANNOT_PASS: unique symbol = Symbol('cannot pass');

type Verdict = Guard | null | typeof CANNOT_PASS;

export function findPassage(plan: PlanStep | null, selection: Selection): Passage | null {
  if (plan?.kind !== 'fetch' || plan.entities.length > 0 || plan.node.outputRewrites.length > 0) return null;
  const operation = plan.node.document.document.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const table = selection.only;
  if (operation === undefined || table === null) return null;
  const nodes = plainFields(operation.selectionSet, table);
  if (nodes === null) return null;
  const fields: PassedField[] = [];
  for (const [index, field] of table.fields.entries()) {
    // `__typename` and introspection of the root are answered here, not by a subgraph.
    if (field.shape.kind === 'constant' || field.shape.kind === 'introspection') return null;
    const guard = verdictOn(field.shape, (nodes[index] as FieldNode).selectionSet);
    if (guard === CANNOT_PASS) return null;
    fields.push({ responseKey: field.responseKey, nonNull: field.shape.nonNull, guard });
  }
  return { subgraph: plan.node.subgraph, fields };
}

/** @returns the answer, or `null` where it must be projected. */
export function passOn(passage: Passage | null, run: PlanRun): AnswerObject | null {
  if (passage === null || run.statuses || !run.errors.isEmpty || run.unlocated.length > 0) return null;
  if (run.clients.get(passage.subgraph)?.checksValues !== true) return null;
  const answer: AnswerObject = {};
  for (const { responseKey, nonNull, guard } of passage.fields) {
    const value = run.root[responseKey];
    if (value === undefined || (value === null && nonNull)) return null;
    if (value !== null && guard !== null && !guard(value)) return null;
    answer[responseKey] = value;
  }
  return answer;
}

/** @returns the fields of the set where they are those of the table, in its order and under its names. */
function plainFields(set: SelectionSetNode | undefined, table: FieldTable): readonly FieldNode[] | null {
  const nodes = set?.selections ?? [];
  if (nodes.length !== table.fields.length) return null;
  const isPlain = nodes.every((node, index) => {
    const { responseKey, sourceKey } = table.fields[index] as ProjectedField;
    return (
      node.kind === Kind.FIELD &&
      (node.directives ?? []).length === 0 &&
      (node.alias ?? node.name).value === responseKey &&
      sourceKey === responseKey
    );
  });
  return isPlain ? (nodes as readonly FieldNode[]) : null;
}

function verdictOn(shape: Shape, set: SelectionSetNode | undefined): Verdict {
  switch (shape.kind) {
    case 'constant':
      return null;
    case 'introspection':
    case 'denied':
      return CANNOT_PASS;
    case 'leaf':
      return NEED_NO_GUARD.has(shape.name) ? null : (value) => shape.check(value) === value;
    case 'list': {
      const guard = verdictOn(shape.of, set);
      if (guard === null || guard === CANNOT_PASS) return guard;
      return (value) => Array.isArray(value) && value.every((item) => item === null || guard(item));
    }
    case 'object':
      return shape.selection.only === null ? CANNOT_PASS : verdictOnObject(shape.selection.only, set);
  }
}

function verdictOnObject(table: FieldTable, set: SelectionSetNode | undefined): Verdict {
  const nodes = plainFields(set, table);
  if (nodes === null) return CANNOT_PASS;
  const guarded: { readonly key: string; readonly guard: Guard }[] = [];
  for (const [index, field] of table.fields.entries()) {
    const guard = verdictOn(field.shape, (nodes[index] as FieldNode).selectionSet);
    if (guard === CANNOT_PASS) return CANNOT_PASS;
    if (guard !== null) guarded.push({ key: field.sourceKey, guard });
  }
  if (guarded.length === 0) return null;
  return (value) =>
    isTreeObject(value) &&
    guarded.every(({ key, guard }) => {
      const part = value[key];
      return part === null || (part !== undefined && guard(part));
    });
}
