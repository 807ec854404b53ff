/**
 * Writes the statuses of an answer: per selected path one letter per object, in the order of the response. It
 * walks tree and answer side by side after the projection, because an object that a null took away has none.
 */
import { NO_STATUS_LETTER, STATUS_LETTERS } from '../../core/status.ts';
import type { AnswerObject } from './project.ts';
import type { FieldTable, Selection, Shape } from './projection-table.ts';
import { STATUSES, type TreeObject } from './tree.ts';

/**
 * @returns response path without list indexes → letters; only paths at which some object has a feature. Where
 *   types meet at one path, an object whose field there is no feature has its place too, without a status.
 */
export function collectStatuses(
  root: TreeObject,
  answer: AnswerObject | null,
  selection: Selection,
): Record<string, string> {
  if (answer === null || selection.only === null) return {};
  const letters = new Letters();
  visitObject(selection.only, root, answer, '', letters);
  return letters.ofFeatures();
}

class Letters {
  readonly #byPath = new Map<string, string>();
  readonly #features = new Set<string>();

  add(path: string, letter: string, isFeature: boolean): void {
    this.#byPath.set(path, (this.#byPath.get(path) ?? '') + letter);
    if (isFeature) this.#features.add(path);
  }

  ofFeatures(): Record<string, string> {
    return Object.fromEntries([...this.#byPath].filter(([path]) => this.#features.has(path)));
  }
}

function visitObject(
  table: FieldTable,
  object: TreeObject,
  answer: AnswerObject,
  prefix: string,
  letters: Letters,
): void {
  for (const field of table.fields) {
    const path = prefix + field.responseKey;
    if (field.isFeature) {
      letters.add(path, letterOf(object[STATUSES]?.[field.sourceKey], answer[field.responseKey]), true);
      continue;
    }
    letters.add(path, NO_STATUS_LETTER, false);
    if (field.shape.kind === 'object' || field.shape.kind === 'list') {
      visit(field.shape, object[field.sourceKey], answer[field.responseKey], `${path}.`, letters);
    }
  }
}

/** A present value that did not pass its check was answered as null: of that the subgraph knows nothing. */
function letterOf(letter: string | undefined, value: unknown): string {
  if (letter === undefined) return NO_STATUS_LETTER;
  return letter === STATUS_LETTERS.PRESENT && value === null ? NO_STATUS_LETTER : letter;
}

function visit(shape: Shape, value: unknown, answer: unknown, prefix: string, letters: Letters): void {
  if (answer === null || answer === undefined) return;
  if (shape.kind === 'list') {
    for (let i = 0; i < (answer as unknown[]).length; i += 1) {
      visit(shape.of, (value as unknown[])[i], (answer as unknown[])[i], prefix, letters);
    }
  } else if (shape.kind === 'object') {
    const { selection } = shape;
    const type = (value as TreeObject).__typename;
    const table = selection.only ?? (typeof type === 'string' ? selection.tableOf(type) : selection.untyped);
    if (table !== null) visitObject(table, value as TreeObject, answer as AnswerObject, prefix, letters);
  }
}
