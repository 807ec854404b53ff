/** Reads what execution must know, and no client sees, out of a supergraph's SDL: subgraphs, keys, `@requires`, features. */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';
import { FeaturegraphError } from '../src/core/errors.ts';
import type { FieldSet } from '../src/engine/query-plan.ts';

export interface SupergraphFacts {
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  /** Of every interface and union, those that clients cannot see included. */
  readonly possibleTypes: ReadonlyMap<string, ReadonlySet<string>>;
  /** Keys by which a subgraph resolves a type; `keys.get("fleet")?.get("Aircraft")`. */
  readonly keys: ReadonlyMap<string, ReadonlyMap<string, readonly FieldSet[]>>;
  /** Interfaces that a subgraph knows as objects. */
  readonly interfaceObjects: ReadonlyMap<string, ReadonlySet<string>>;
  /** `Type.field` → the name of its type, without lists and non-null. */
  readonly fieldTypes: ReadonlyMap<string, string>;
  /** `@requires` of a subgraph, by `Type.field`. */
  readonly requires: ReadonlyMap<string, ReadonlyMap<string, FieldSet>>;
  /** Labels of `@override`, by which requests are told apart. */
  readonly overrideLabels: ReadonlySet<string>;
  /** Whether a subgraph links the platform's directives. */
  readonly isFeatureGraph: boolean;
  /** `Type.field` of everything that has a feature status. */
  readonly features: ReadonlySet<string>;
}

const FEATUREGRAPH_LINK = 'https://specs.featuregraph.dev/featuregraph/';

/** Directives whose fields have a feature status. */
const FEATURE_DIRECTIVES = new Set(['feature', 'onDemand']);

/** @throws FeaturegraphError when it is not a supergraph. */
export function readSupergraphFacts(document: DocumentNode): SupergraphFacts {
  const graphs = readGraphs(document);
  if (graphs.size === 0) {
    throw new FeaturegraphError(
      'INTERNAL_SERVER_ERROR',
      'Expected a supergraph, got a schema without join__Graph. Compose the subgraphs and give what comes out.',
    );
  }
  const possibleTypes = readUnions(document);
  const keys = new Map<string, Map<string, FieldSet[]>>();
  const requires = new Map<string, Map<string, FieldSet>>();
  const interfaceObjects = new Map<string, Set<string>>();
  const fieldTypes = new Map<string, string>();
  const overrideLabels = new Set<string>();
  const features = new Set<string>();
  for (const definition of document.definitions) {
    if (
      definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
    ) {
      continue;
    }
    const type = definition.name.value;
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) {
      for (const parent of definition.interfaces ?? []) entryOf(possibleTypes, parent.name.value).add(type);
    }
    for (const directive of named(definition.directives, 'join__type')) {
      const key = textOf(directive, 'key');
      const graph = graphs.get(textOf(directive, 'graph') ?? '');
      if (graph !== undefined && textOf(directive, 'isInterfaceObject') === 'true') {
        entryOf(interfaceObjects, graph.name).add(type);
      }
      if (key === null || graph === undefined || textOf(directive, 'resolvable') === 'false') continue;
      const ofGraph = mapOf(keys, graph.name);
      ofGraph.set(type, [...(ofGraph.get(type) ?? []), parseFieldSet(key)]);
    }
    for (const field of definition.fields ?? []) {
      fieldTypes.set(`${type}.${field.name.value}`, namedType(field.type));
      readField(type, field, graphs, { requires, overrideLabels, features });
    }
  }
  return {
    subgraphs: [...graphs.values()],
    possibleTypes,
    keys,
    interfaceObjects,
    fieldTypes,
    requires,
    overrideLabels,
    features,
    isFeatureGraph: linksOf(document).some((url) => url.startsWith(FEATUREGRAPH_LINK)),
  };
}

function readUnions(document: DocumentNode): Map<string, Set<string>> {
  const unions = new Map<string, Set<string>>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.UNION_TYPE_DEFINITION) continue;
    unions.set(definition.name.value, new Set(definition.types?.map((member) => member.name.value)));
  }
  return unions;
}

function readField(
  type: string,
  field: FieldDefinitionNode,
  graphs: ReadonlyMap<string, { name: string; url: string }>,
  into: {
    readonly requires: Map<string, Map<string, FieldSet>>;
    readonly overrideLabels: Set<string>;
    readonly features: Set<string>;
  },
): void {
  const coordinate = `${type}.${field.name.value}`;
  if (field.directives?.some((directive) => FEATURE_DIRECTIVES.has(directive.name.value))) {
    into.features.add(coordinate);
  }
  for (const directive of named(field.directives, 'join__field')) {
    const label = textOf(directive, 'overrideLabel');
    if (label !== null) into.overrideLabels.add(label);
    const inputs = textOf(directive, 'requires');
    const graph = graphs.get(textOf(directive, 'graph') ?? '');
    if (inputs === null || graph === undefined) continue;
    mapOf(into.requires, graph.name).set(coordinate, parseFieldSet(inputs));
  }
}

/** Name and address of each subgraph, by its value of `join__Graph`. */
export function readGraphs(document: DocumentNode): Map<string, { name: string; url: string }> {
  const graphs = new Map<string, { name: string; url: string }>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const value of definition.values ?? []) {
      for (const directive of named(value.directives, 'join__graph')) {
        graphs.set(value.name.value, {
          name: textOf(directive, 'name') ?? value.name.value,
          url: textOf(directive, 'url') ?? '',
        });
      }
    }
  }
  return graphs;
}

/** Field names of `"id owner { id }"`, type conditions flattened and arguments left out. */
export function parseFieldSet(text: string): FieldSet {
  const definition = parse(`{${text}}`, { noLocation: true }).definitions[0];
  return definition?.kind === Kind.OPERATION_DEFINITION ? fieldSetOf(definition.selectionSet) : [];
}

function fieldSetOf(selectionSet: SelectionSetNode): FieldSet {
  return selectionSet.selections.flatMap((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldSetOf(selection.selectionSet);
    if (selection.kind === Kind.FRAGMENT_SPREAD || selection.name.value === '__typename') return [];
    return [
      {
        name: selection.name.value,
        fields: selection.selectionSet ? fieldSetOf(selection.selectionSet) : null,
      },
    ];
  });
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

function named(directives: readonly ConstDirectiveNode[] | undefined, name: string): ConstDirectiveNode[] {
  return directives?.filter((directive) => directive.name.value === name) ?? [];
}

/** An argument's text: of a string, an enum value or a boolean. */
function textOf(directive: ConstDirectiveNode, argument: string): string | null {
  const value = directive.arguments?.find((node) => node.name.value === argument)?.value;
  return value !== undefined && 'value' in value ? String(value.value) : null;
}

function entryOf(sets: Map<string, Set<string>>, name: string): Set<string> {
  let set = sets.get(name);
  if (set === undefined) {
    set = new Set();
    sets.set(name, set);
  }
  return set;
}

function mapOf<Value>(maps: Map<string, Map<string, Value>>, name: string): Map<string, Value> {
  let map = maps.get(name);
  if (map === undefined) {
    map = new Map();
    maps.set(name, map);
  }
  return map;
}

/** Addresses of the specifications that the supergraph says it follows. */
function linksOf({ definitions }: DocumentNode): string[] {
  return definitions
    .flatMap((one) => (one.kind === Kind.SCHEMA_DEFINITION || one.kind === Kind.SCHEMA_EXTENSION ? one : []))
    .flatMap(({ directives }) => directives ?? [])
    .flatMap(({ arguments: given }) => given ?? [])
    .flatMap(({ name, value }) => (name.value === 'url' && value.kind === Kind.STRING ? value.value : []));
}
