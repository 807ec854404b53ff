/** Makes the client's answer of the merged tree: only what was asked, nulls and errors by the specification. */
import type { GraphQLFormattedError } from 'graphql';
import type { ERROR_CATALOGUE } from '../../core/errors.ts';
import { responseKeyOf } from './canonical-operation.ts';
import type { FieldErrors } from './field-errors.ts';
import type { FieldTable, ProjectedField, Selection, Shape } from './projection-table.ts';
import type { TreeObject } from './tree.ts';

export type AnswerObject = Record<string, unknown>;

/** Stands for a null that its place does not allow: the object around it becomes null. */
const BUBBLE: unique symbol = Symbol('bubble');

interface ProjectionRun {
  readonly errors: FieldErrors;
  readonly introspection: Readonly<Record<string, unknown>>;
  readonly answered: GraphQLFormattedError[];
  /** Where the walk is, in the client's names. */
  readonly path: (string | number)[];
}

export interface Projection {
  readonly data: AnswerObject | null;
  /** One per failed value, in the order of the answer. */
  readonly errors: GraphQLFormattedError[];
}

/** @param introspection what graphql-js answered to the part for `__schema` and `__type`, by response key. */
export function project(
  root: TreeObject,
  selection: Selection,
  errors: FieldErrors,
  introspection: Readonly<Record<string, unknown>>,
): Projection {
  const run: ProjectionRun = { errors, introspection, answered: [], path: [] };
  const data = projectObject(run, selection.only as FieldTable, root);
  return { data: data === BUBBLE ? null : data, errors: run.answered };
}

function projectObject(
  run: ProjectionRun,
  table: FieldTable,
  object: TreeObject,
): AnswerObject | typeof BUBBLE {
  const { fields } = table;
  const answer: AnswerObject = {};
  const mark = run.answered.length;
  for (let i = 0; i < fields.length; i += 1) {
    const field = fields[i] as ProjectedField;
    const value = complete(run, field, field.shape, object, field.sourceKey, field.responseKey);
    if (value === BUBBLE) {
      // Of an object that is no more, one error is enough: the one that took it.
      if (run.answered.length > mark + 1) run.answered.splice(mark, run.answered.length - mark - 1);
      return BUBBLE;
    }
    answer[field.responseKey] = value;
  }
  return answer;
}

/** @param key where the value stands in `container`; `answerKey` is the client's name for it. */
function complete(
  run: ProjectionRun,
  field: ProjectedField,
  shape: Shape,
  container: object,
  key: string | number,
  answerKey: string | number,
): unknown {
  if (shape.kind === 'constant') return shape.value;
  if (shape.kind === 'denied') return deny(run, field, answerKey);
  if (shape.kind === 'introspection') return run.introspection[field.responseKey] ?? null;
  const value = (container as Record<string | number, unknown>)[key];
  if (value === null || value === undefined)
    return completeNull(run, field, shape, container, key, answerKey);
  if (shape.kind === 'leaf') {
    const checked = shape.check(value);
    return checked === undefined ? wrongValue(run, field, shape, answerKey, shape.name) : checked;
  }
  run.path.push(answerKey);
  const completed =
    shape.kind === 'list' ? completeList(run, field, shape, value) : completeObject(run, field, shape, value);
  run.path.pop();
  return completed === BUBBLE && !shape.nonNull ? null : completed;
}

function deny(run: ProjectionRun, field: ProjectedField, answerKey: string | number): unknown {
  run.answered.push({
    message: `${field.coordinate} needs a scope that this credential has not. Ask the owner of the feature for it.`,
    path: [...run.path, answerKey],
    extensions: { code: 'FORBIDDEN' satisfies keyof typeof ERROR_CATALOGUE, field: field.coordinate },
  });
  return field.shape.nonNull ? BUBBLE : null;
}

function completeList(
  run: ProjectionRun,
  field: ProjectedField,
  shape: Shape & { kind: 'list' },
  value: unknown,
): unknown {
  if (!Array.isArray(value)) return wrongHere(run, field, 'a list');
  const answer: unknown[] = new Array(value.length);
  const mark = run.answered.length;
  for (let i = 0; i < value.length; i += 1) {
    const item = complete(run, field, shape.of, value, i, i);
    if (item === BUBBLE) {
      if (run.answered.length > mark + 1) run.answered.splice(mark, run.answered.length - mark - 1);
      return BUBBLE;
    }
    answer[i] = item;
  }
  return answer;
}

function completeObject(
  run: ProjectionRun,
  field: ProjectedField,
  shape: Shape & { kind: 'object' },
  value: unknown,
): unknown {
  if (typeof value !== 'object' || Array.isArray(value)) return wrongHere(run, field, 'an object');
  const { only } = shape.selection;
  if (only !== null) return projectObject(run, only, value as TreeObject);
  const type = (value as TreeObject).__typename;
  const table = typeof type === 'string' ? shape.selection.tableOf(type) : shape.selection.untyped;
  if (table === null) return wrongHere(run, field, 'a type that can stand here');
  return projectObject(run, table, value as TreeObject);
}

function completeNull(
  run: ProjectionRun,
  field: ProjectedField,
  shape: Shape,
  container: object,
  key: string | number,
  answerKey: string | number,
): unknown {
  const told = run.errors.isEmpty ? undefined : run.errors.at(container, key);
  if (told !== undefined) {
    for (const { message, extensions, rest } of told) {
      const path = [...run.path, answerKey, ...answeredRest(rest, shape)];
      run.answered.push({ message, path, extensions });
    }
  } else if (shape.nonNull) {
    const message = `Cannot return null for non-nullable field ${field.coordinate}.`;
    tell(run, field, message, [...run.path, answerKey]);
  }
  return shape.nonNull ? BUBBLE : null;
}

/** The part of a lost path that the client knows: it may end in a key that only the plan selected. */
function answeredRest(rest: readonly (string | number)[], shape: Shape): (string | number)[] {
  const known: (string | number)[] = [];
  let at: Shape = shape;
  for (const key of rest) {
    if (typeof key === 'number') {
      if (at.kind !== 'list') break;
      at = at.of;
      known.push(key);
      continue;
    }
    while (at.kind === 'list') at = at.of;
    if (at.kind !== 'object') break;
    const field: ProjectedField | undefined = at.selection
      .allTables()
      .flatMap((table) => table.fields)
      .find((candidate) => candidate.sourceKey === key);
    if (field === undefined) break;
    known.push(responseKeyOf(key));
    at = field.shape;
  }
  return known;
}

function wrongValue(
  run: ProjectionRun,
  field: ProjectedField,
  shape: Shape,
  answerKey: string | number,
  expected: string,
): unknown {
  const message = `The value of ${field.coordinate} is not of its type; expected ${expected}.`;
  tell(run, field, message, [...run.path, answerKey]);
  return shape.nonNull ? BUBBLE : null;
}

function wrongHere(run: ProjectionRun, field: ProjectedField, expected: string): typeof BUBBLE {
  tell(run, field, `The value of ${field.coordinate} is not of its type; expected ${expected}.`, [
    ...run.path,
  ]);
  return BUBBLE;
}

const BAD_RESPONSE = 'SUBGRAPH_BAD_RESPONSE' satisfies keyof typeof ERROR_CATALOGUE;

function tell(run: ProjectionRun, field: ProjectedField, message: string, path: (string | number)[]): void {
  const extensions =
    field.subgraph === null ? { code: BAD_RESPONSE } : { code: BAD_RESPONSE, subgraph: field.subgraph };
  run.answered.push({ message, path, extensions });
}
