/**
 * Makes several entity fetches of one whose fields need the same input with different arguments: a representation has
 * one place for it. Fields that agree stay together; all go in one request.
 */
import type * as native from '@graphql-hive/router-query-planner';
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
} from 'graphql';
import type { SeparatedInputs } from './separate-arguments.ts';

export interface SplitEntities {
  readonly document: DocumentNode;
  readonly parts: readonly {
    readonly alias: string;
    readonly variable: string;
    readonly requires: native.RequiresSelection[];
  }[];
}

interface Group {
  /** Path of an input → the name chosen for it. */
  readonly choices: Map<string, string>;
  readonly fields: Set<FieldNode>;
}

/**
 * @param fetched the entities as the planner asks for them.
 * @param inputsOf what `Type.field` of the subgraph needs.
 * @returns `null` where one representation is enough.
 */
export function splitEntities(
  document: DocumentNode,
  fetched: {
    readonly alias: string;
    readonly variable: string;
    readonly requires: native.RequiresSelection[];
  },
  inputsOf: (coordinate: string) => SeparatedInputs | null,
): SplitEntities | null {
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  const root = operation?.selectionSet.selections.find(
    (one): one is FieldNode => one.kind === Kind.FIELD && (one.alias ?? one.name).value === fetched.alias,
  );
  if (operation === undefined || root?.selectionSet === undefined) return null;
  const groups: Group[] = [{ choices: new Map(), fields: new Set() }];
  group(root.selectionSet, '', inputsOf, groups);
  if (groups.length === 1) return null;
  const contested = contestedPaths(groups);
  const parts = groups.map((one, i) => ({
    alias: i === 0 ? fetched.alias : `${fetched.alias}_${i}`,
    variable: i === 0 ? fetched.variable : `${fetched.variable}_${i}`,
    requires: chosen(fetched.requires, '', one.choices, contested),
  }));
  const roots = groups.map((one, i) => rootOf(root, parts[i] as (typeof parts)[number], one, i === 0));
  return { document: withRoots(document, operation, root, fetched.variable, roots, parts), parts };
}

/** Puts each field that needs inputs into the first group that agrees with it; the others stay in the first. */
function group(
  selectionSet: SelectionSetNode,
  type: string,
  inputsOf: (coordinate: string) => SeparatedInputs | null,
  groups: Group[],
): void {
  for (const selection of selectionSet.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      group(selection.selectionSet, selection.typeCondition?.name.value ?? type, inputsOf, groups);
    }
    if (selection.kind !== Kind.FIELD) continue;
    const inputs = inputsOf(`${type}.${selection.name.value}`) ?? new Map<string, string>();
    let home = groups.find(({ choices }) =>
      [...inputs].every(([path, name]) => (choices.get(path) ?? name) === name),
    );
    if (home === undefined) {
      home = { choices: new Map(), fields: new Set() };
      groups.push(home);
    }
    home.fields.add(selection);
    for (const [path, name] of inputs) home.choices.set(path, name);
  }
}

/** Of inputs that groups choose differently, the group's own; all others. */
function chosen(
  requires: readonly native.RequiresSelection[],
  prefix: string,
  choices: ReadonlyMap<string, string>,
  contested: ReadonlyMap<string, ReadonlySet<string>>,
): native.RequiresSelection[] {
  return requires.flatMap((selection): native.RequiresSelection[] => {
    if (selection.kind === 'FragmentSpread') return [selection];
    if (selection.kind === 'InlineFragment') {
      return [{ ...selection, selections: chosen(selection.selections, prefix, choices, contested) }];
    }
    const name = selection.alias ?? selection.name;
    const path = [...contested].find(([path, names]) => names.has(name) && isAt(path, prefix))?.[0];
    if (path !== undefined && choices.get(path) !== name) return [];
    if (selection.selections === undefined) return [selection];
    const inner = chosen(selection.selections, `${path ?? prefix + name}.`, choices, contested);
    return inner.length === 0 ? [] : [{ ...selection, selections: inner }];
  });
}

/** Paths for which groups choose different names, with all of these. */
function contestedPaths(groups: readonly Group[]): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  for (const { choices } of groups) {
    for (const [path, name] of choices) names.set(path, (names.get(path) ?? new Set()).add(name));
  }
  return new Map([...names].filter(([, all]) => all.size > 1));
}

function isAt(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && !path.slice(prefix.length).includes('.');
}

function rootOf(
  root: FieldNode,
  part: { readonly alias: string; readonly variable: string },
  { fields }: Group,
  isFirst: boolean,
): FieldNode {
  const keep = (selectionSet: SelectionSetNode): SelectionSetNode => ({
    ...selectionSet,
    selections: selectionSet.selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind === Kind.FIELD) return fields.has(selection) ? [selection] : [];
      if (selection.kind === Kind.FRAGMENT_SPREAD) return isFirst ? [selection] : [];
      const inner = keep(selection.selectionSet);
      return inner.selections.length === 0 ? [] : [{ ...selection, selectionSet: inner }];
    }),
  });
  return {
    ...root,
    ...(part.alias !== root.name.value && { alias: { kind: Kind.NAME, value: part.alias } as const }),
    arguments:
      root.arguments?.map((argument) => ({
        ...argument,
        value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: part.variable } } as const,
      })) ?? [],
    selectionSet: keep(root.selectionSet as SelectionSetNode),
  };
}

function withRoots(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  root: FieldNode,
  variable: string,
  roots: readonly FieldNode[],
  parts: readonly { readonly variable: string }[],
): DocumentNode {
  const variableDefinitions = operation.variableDefinitions?.flatMap(
    (definition): VariableDefinitionNode[] =>
      definition.variable.name.value !== variable
        ? [definition]
        : parts.map((part) => ({
            ...definition,
            variable: { ...definition.variable, name: { kind: Kind.NAME, value: part.variable } },
          })),
  );
  const selections = operation.selectionSet.selections.flatMap((one): readonly SelectionNode[] =>
    one === root ? roots : [one],
  );
  const split = {
    ...operation,
    variableDefinitions,
    selectionSet: { ...operation.selectionSet, selections },
  };
  return {
    ...document,
    definitions: document.definitions.map((one) =>
      one === operation ? split : one,
    ) as DocumentNode['definitions'],
  };
}
