/**
 * Makes one plan of the plans of an operation's parts. What they ask a subgraph for at the root goes in one request,
 * because a list that is asked for twice may have changed in between; what they ask of entities goes side by side.
 */
import {
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  Kind,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import { fragmentsOf } from '../../src/engine/fragments-of.ts';
import type { FetchNode, PlanNode, Rewrite } from '../../src/engine/query-plan.ts';
import { operationOf } from './operation-parts.ts';

/** @returns `null` where a mutation would be asked for twice. */
export function joinPlans(plans: readonly PlanNode[]): PlanNode | null {
  const [first, ...others] = plans;
  if (first === undefined || others.length === 0) return first ?? { kind: 'sequence', nodes: [] };
  const roots: FetchNode[] = [];
  const rest = plans.flatMap((plan) => withoutRoots(plan, roots) ?? []);
  const merged: FetchNode[] = [];
  for (const root of roots.map(withoutFragments)) {
    const at = merged.findIndex((one) => isMergeable(one, root));
    if (at >= 0) merged[at] = mergedFetch(merged[at] as FetchNode, root);
    else merged.push(root);
  }
  if (merged.length > 1 && merged.some((one) => one.document.operationKind === 'mutation')) return null;
  return {
    kind: 'sequence',
    nodes: [
      { kind: 'parallel', nodes: merged },
      { kind: 'parallel', nodes: rest },
    ],
  };
}

/** Takes out what is asked for at the root; it waits for nothing. */
function withoutRoots(node: PlanNode, roots: FetchNode[]): PlanNode | null {
  if (node.kind === 'fetch') {
    if (node.entities.length > 0) return node;
    roots.push(node);
    return null;
  }
  if (node.kind === 'condition') return node;
  const nodes = node.nodes.flatMap((child) => withoutRoots(child, roots) ?? []);
  return nodes.length === 0 ? null : { ...node, nodes };
}

/** With every named fragment opened where it is spread: those of two documents have the same names. */
function withoutFragments(fetch: FetchNode): FetchNode {
  const { document } = fetch.document;
  if (document.definitions.length === 1) return fetch;
  const fragments = fragmentsOf(document);
  const open = {
    [Kind.FRAGMENT_SPREAD]: ({ name, directives = [] }: FragmentSpreadNode): InlineFragmentNode => {
      const { typeCondition, selectionSet } = fragments.get(name.value) as FragmentDefinitionNode;
      return {
        kind: Kind.INLINE_FRAGMENT,
        typeCondition,
        directives,
        selectionSet: visit(selectionSet, open),
      };
    },
  };
  const definitions = [visit(operationOf(document), open)];
  return { ...fetch, document: { ...fetch.document, document: { ...document, definitions } } };
}

/**
 * Whether both ask for the same at each place of which both ask for something. Fields of different types at one
 * place may differ in whether they can be null, which no single request may ask for.
 */
function isMergeable(one: FetchNode, other: FetchNode): boolean {
  if (one.subgraph !== other.subgraph) return false;
  const [asked, also] = [askedBy(one), askedBy(other)];
  for (const [path, fields] of also) {
    const known = asked.get(path);
    if (known !== undefined && [...known].sort().join() !== [...fields].sort().join()) return false;
  }
  return true;
}

/** Response path → the fields that stand there, with the type that each is asked of. */
function askedBy({ document }: FetchNode): Map<string, Set<string>> {
  const asked = new Map<string, Set<string>>();
  const add = (selectionSet: SelectionSetNode, prefix: string, type: string): void => {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT)
        add(selection.selectionSet, prefix, selection.typeCondition?.name.value ?? type);
      if (selection.kind !== Kind.FIELD) continue;
      const path = prefix + keyOf(selection);
      const { kind, name, arguments: args = [] } = selection;
      const field = print({ kind, name, arguments: args });
      if (field !== '__typename') asked.set(path, (asked.get(path) ?? new Set()).add(`${type}.${field}`));
      if (selection.selectionSet !== undefined) add(selection.selectionSet, `${path}.`, '');
    }
  };
  add(operationOf(document.document).selectionSet, '', '');
  return asked;
}

function mergedFetch(one: FetchNode, other: FetchNode): FetchNode {
  const [operation, also] = [operationOf(one.document.document), operationOf(other.document.document)];
  const variableDefinitions = [...(operation.variableDefinitions ?? [])];
  for (const definition of also.variableDefinitions ?? []) {
    if (!one.variables.includes(definition.variable.name.value)) variableDefinitions.push(definition);
  }
  const selectionSet = mergedSelections(operation.selectionSet, also.selectionSet);
  const definitions: DefinitionNode[] = [{ ...operation, variableDefinitions, selectionSet }];
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions };
  return {
    ...one,
    document: { ...one.document, document, text: stripIgnoredCharacters(print(document)) },
    variables: [...new Set([...one.variables, ...other.variables])],
    outputRewrites: distinct([...one.outputRewrites, ...other.outputRewrites]),
  };
}

function mergedSelections(one: SelectionSetNode, other: SelectionSetNode): SelectionSetNode {
  const selections = [...one.selections];
  for (const selection of other.selections) {
    const at = selections.findIndex((known) => isSame(known, selection));
    const known = selections[at];
    if (known === undefined) selections.push(selection);
    else if (
      'selectionSet' in known &&
      known.selectionSet &&
      'selectionSet' in selection &&
      selection.selectionSet
    )
      selections[at] = {
        ...known,
        selectionSet: mergedSelections(known.selectionSet, selection.selectionSet),
      };
  }
  return { ...one, selections };
}

function isSame(one: SelectionNode, other: SelectionNode): boolean {
  if (one.kind === Kind.FIELD && other.kind === Kind.FIELD) return keyOf(one) === keyOf(other);
  if (one.kind !== Kind.INLINE_FRAGMENT || other.kind !== Kind.INLINE_FRAGMENT) return false;
  const [head, also] = [one, other].map((fragment) => print({ ...fragment, selectionSet: NOTHING }));
  return head === also;
}

const NOTHING: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [] };

function keyOf({
  alias,
  name,
}: {
  readonly alias?: typeof name | undefined;
  readonly name: { readonly value: string };
}): string {
  return (alias ?? name).value;
}

function distinct(rewrites: readonly Rewrite[]): Rewrite[] {
  return [...new Map(rewrites.map((rewrite) => [JSON.stringify(rewrite), rewrite])).values()];
}
