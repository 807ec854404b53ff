import { type ConstDirectiveNode, Kind, parse, valueFromASTUntyped } from 'graphql';

/** From a directive as written to plain values; the wrong kind of value is "not given", and told by a rule. */
export function readArguments(node: ConstDirectiveNode): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const argument of node.arguments ?? []) {
    values[argument.name.value] = valueFromASTUntyped(argument.value);
  }
  return values;
}

export function textArgument(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function integerArgument(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

/** GraphQL lets a single value stand for a list of one. */
export function textListArgument(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((item) => typeof item === 'string');
}

const PLAIN_FIELDS = /^\s*[A-Za-z_]\w*(?:[\s,]+[A-Za-z_]\w*)*[\s,]*$/;

/**
 * The names of a field set such as `"origin dest"`.
 *
 * @returns `null` where it is not a selection of plain fields: nested, with arguments, or not GraphQL at all.
 */
export function fieldSetNames(value: unknown): readonly string[] | null {
  if (typeof value !== 'string') return null;
  if (PLAIN_FIELDS.test(value)) return value.split(/[\s,]+/).filter((name) => name !== '');
  try {
    const definition = parse(`{${value}}`).definitions[0];
    if (definition?.kind !== Kind.OPERATION_DEFINITION) return null;
    const names: string[] = [];
    for (const selection of definition.selectionSet.selections) {
      if (selection.kind !== Kind.FIELD || selection.selectionSet !== undefined) return null;
      if (selection.alias !== undefined || (selection.arguments?.length ?? 0) > 0) return null;
      names.push(selection.name.value);
    }
    return names;
  } catch {
    return null; // not GraphQL
  }
}
