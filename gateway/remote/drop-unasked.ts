/**
 * Drops what a subgraph was not asked for from its answer: a field too many would pass for the value of another
 * domain that has none.
 */
import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';

/** By response key: the fields below it, `null` for a leaf. Of all types at once: a key of one is let through for each. */
type Asked = Map<string, Asked | null>;

/** A document lives as long as the operation it belongs to, and is asked many times. */
const askedBy = new WeakMap<DocumentNode, Asked>();

/** Changes `data` in place. */
export function dropUnasked(data: Record<string, unknown>, document: DocumentNode): void {
  let asked = askedBy.get(document);
  if (asked === undefined) {
    asked = readAsked(document);
    askedBy.set(document, asked);
  }
  prune(data, asked);
}

function readAsked(document: DocumentNode): Asked {
  const asked: Asked = new Map();
  const fragments = new Map<string, SelectionSetNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition.selectionSet);
  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION) add(asked, definition.selectionSet, fragments);
  return asked;
}

/** The gateway wrote the document, and writes no fragment that holds itself. */
function add(
  asked: Asked,
  selectionSet: SelectionSetNode,
  fragments: ReadonlyMap<string, SelectionSetNode>,
): void {
  for (const selection of selectionSet.selections) {
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value;
      const known = asked.get(key) ?? null;
      const below = selection.selectionSet === undefined ? known : (known ?? new Map());
      asked.set(key, below);
      if (below !== null && selection.selectionSet !== undefined)
        add(below, selection.selectionSet, fragments);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      add(asked, selection.selectionSet, fragments);
    } else {
      const fragment = fragments.get(selection.name.value);
      if (fragment !== undefined) add(asked, fragment, fragments);
    }
  }
}

function prune(value: unknown, asked: Asked): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) prune(item, asked);
    return;
  }
  const object = value as Record<string, unknown>;
  for (const key in object) {
    const below = asked.get(key);
    if (below === undefined) delete object[key];
    else if (below !== null) prune(object[key], below);
  }
}
