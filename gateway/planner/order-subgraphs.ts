/**
 * Gives the planner's subgraphs names that sort as it needs: those that know an interface as one before those that know
 * it as an object. It looks for an interface's types in the first of its subgraphs alone (seen), and then finds no way
 * from an interface object to a field of a type.
 */
import { type ArgumentNode, type ConstDirectiveNode, type DocumentNode, Kind, visit } from 'graphql';
import type { SupergraphFacts } from '../supergraph-facts.ts';

export interface OrderedSubgraphs {
  readonly supergraph: DocumentNode;
  /** The real name of a subgraph that the planner names. */
  nameOf(planned: string): string;
}

/**
 * @param facts of the supergraph, whose subgraphs they name.
 * @returns at least one; more where no order suits all interfaces: what has no plan in the first may have one in another.
 */
export function orderSubgraphs(
  supergraph: DocumentNode,
  facts: SupergraphFacts,
): readonly OrderedSubgraphs[] {
  if (facts.interfaceObjects.size === 0) return [{ supergraph, nameOf: (name) => name }];
  const names = facts.subgraphs.map(({ name }) => name);
  const before = befores(facts);
  const ordered = order(names, before);
  const late = new Set<string>();
  for (const [name, owners] of before) {
    for (const owner of owners) if (ordered.indexOf(owner) > ordered.indexOf(name)) late.add(owner);
  }
  const others = [...late].map((owner) => [owner, ...ordered.filter((name) => name !== owner)]);
  return [ordered, ...others].map((one) => numbered(supergraph, one));
}

function numbered(supergraph: DocumentNode, ordered: readonly string[]): OrderedSubgraphs {
  const digits = String(ordered.length).length;
  const planned = new Map(ordered.map((name, i) => [name, `${String(i).padStart(digits, '0')}_${name}`]));
  const real = new Map([...planned].map(([name, numbered]) => [numbered, name]));
  return { supergraph: renamed(supergraph, planned), nameOf: (name) => real.get(name) ?? name };
}

/** Subgraph → those that must come before it. */
function befores({ keys, interfaceObjects }: SupergraphFacts): Map<string, Set<string>> {
  const before = new Map<string, Set<string>>();
  for (const [subgraph, objects] of interfaceObjects) {
    const owners = new Set<string>();
    for (const [owner, types] of keys) {
      const knows = (name: string): boolean => types.has(name) && !interfaceObjects.get(owner)?.has(name);
      if ([...objects].some(knows)) owners.add(owner);
    }
    before.set(subgraph, owners);
  }
  return before;
}

/** Keeps the planner's own order, which is by name, where nothing says otherwise, or a circle of them says so. */
function order(names: readonly string[], before: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const left = new Set([...names].sort());
  const ordered: string[] = [];
  while (left.size > 0) {
    const isNext = (name: string): boolean => ![...(before.get(name) ?? [])].some((owner) => left.has(owner));
    const next = [...left].find(isNext) ?? ([...left][0] as string);
    ordered.push(next);
    left.delete(next);
  }
  return ordered;
}

/** A subgraph's name stands at its value of `join__Graph`, and where a field was taken over from it. */
function renamed(document: DocumentNode, names: ReadonlyMap<string, string>): DocumentNode {
  const rename = (directive: ConstDirectiveNode, argument: string): ConstDirectiveNode => ({
    ...directive,
    arguments: (directive.arguments ?? []).map((one) =>
      one.name.value === argument ? withName(one, names) : one,
    ) as typeof directive.arguments & object,
  });
  return visit(document, {
    [Kind.DIRECTIVE]: (directive) => {
      if (directive.name.value === 'join__graph') return rename(directive as ConstDirectiveNode, 'name');
      if (directive.name.value === 'join__field') return rename(directive as ConstDirectiveNode, 'override');
      return undefined;
    },
  });
}

function withName(argument: ArgumentNode, names: ReadonlyMap<string, string>): ArgumentNode {
  const { value } = argument;
  if (value.kind !== Kind.STRING) return argument;
  return { ...argument, value: { kind: Kind.STRING, value: names.get(value.value) ?? value.value } };
}
