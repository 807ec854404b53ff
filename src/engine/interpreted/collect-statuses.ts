/**
 * Writes the statuses of an answer: per selected path one letter per object, in the order of the response. It
 * walks tree and answer side by side after the projection, because an object that a null took away has none.
 */
import { NO_STATUS_LETTER, STATUS_LETTERS } from '../../core/status.ts';
import type { AnswerObject } from './project.ts';
import type { FieldTable, Selection, Shape } from './projection-table.ts';
import { STATUSES, type TreeObject } from './tree.ts';

/** @returns response path without list indexes → letters; paths without an object are left out. */
export function collectStatuses(
  root: TreeObject,
  answer: AnswerObject | null,
  selection: Selection,
): Record<string, string> {
  const statuses: Record<string, string> = {};
  if (answer !== null && selection.only !== null) visitObject(selection.only, root, answer, '', statuses);
  return statuses;
}

function visitObject(
  table: FieldTable,
  object: TreeObject,
  answer: AnswerObject,
  prefix: string,
  statuses: Record<string, string>,
): void {
  if (!table.hasFeatures) return;
  for (const field of table.fields) {
    const path = prefix + field.responseKey;
    if (field.isFeature) {
      const letter = letterOf(object[STATUSES]?.[field.sourceKey], answer[field.responseKey]);
      statuses[path] = (statuses[path] ?? '') + letter;
    } else if (field.shape.kind === 'object' || field.shape.kind === 'list') {
      visit(field.shape, object[field.sourceKey], answer[field.responseKey], `${path}.`, statuses);
    }
  }
}

/** A present value that did not pass its check was answered as null: of that the subgraph knows nothing. */
function letterOf(letter: string | undefined, value: unknown): string {
  if (letter === undefined) return NO_STATUS_LETTER;
  return letter === STATUS_LETTERS.PRESENT && value === null ? NO_STATUS_LETTER : letter;
}

function visit(
  shape: Shape,
  value: unknown,
  answer: unknown,
  prefix: string,
  statuses: Record<string, string>,
): void {
  if (answer === null || answer === undefined) return;
  if (shape.kind === 'list') {
    for (let i = 0; i < (answer as unknown[]).length; i += 1) {
      visit(shape.of, (value as unknown[])[i], (answer as unknown[])[i], prefix, statuses);
    }
  } else if (shape.kind === 'object') {
    const { selection } = shape;
    const type = (value as TreeObject).__typename;
    const table = selection.only ?? (typeof type === 'string' ? selection.tableOf(type) : selection.untyped);
    if (table !== null) visitObject(table, value as TreeObject, answer as AnswerObject, prefix, statuses);
  }
}
