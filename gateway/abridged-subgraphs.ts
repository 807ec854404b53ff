/**
 * Large domains are composed in short: of the fields that composition only carries over it is given the first of each
 * kind, and the others are put behind it afterwards, as they would have been. What holds of one field of a kind holds of
 * all, so a problem of the whole is one of the short form, too.
 */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
} from 'graphql';
import { namedTypeOf } from '../src/registry/platform-definitions.ts';
import { type ComposedSubgraph, carriedOverFields } from './carried-over-fields.ts';

export interface AbridgedSubgraphs {
  readonly subgraphs: readonly ComposedSubgraph[];
  /** Whether something was left out. */
  readonly isShorter: boolean;
  /** @returns what was composed with what was left out. */
  complete(supergraph: DocumentNode): DocumentNode;
}

/** A type of one subgraph. */
interface AbridgedType {
  readonly kept: readonly FieldDefinitionNode[];
  /** One of the kind that was left out. */
  readonly like: FieldDefinitionNode;
  /** What was left out, by the field that was kept before it. */
  readonly behind: ReadonlyMap<FieldDefinitionNode, readonly FieldDefinitionNode[]>;
}

export function abridgeSubgraphs(subgraphs: readonly ComposedSubgraph[]): AbridgedSubgraphs {
  const carried = carriedOverFields(subgraphs);
  const byName = new Map<string, AbridgedType[]>();
  const shorter = subgraphs.map((subgraph) => {
    const seen = new Set<string>();
    const definitions = subgraph.typeDefs.definitions.map((definition) => {
      if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return definition;
      const abridged = abridge(definition, carried, seen);
      if (abridged === null) return definition;
      const name = definition.name.value;
      byName.set(name, [...(byName.get(name) ?? []), abridged]);
      return { ...definition, fields: abridged.kept };
    });
    return { ...subgraph, typeDefs: { ...subgraph.typeDefs, definitions } };
  });
  return {
    subgraphs: shorter,
    isShorter: byName.size > 0,
    complete: (supergraph) => ({
      ...supergraph,
      definitions: supergraph.definitions.map((definition) =>
        definition.kind === Kind.OBJECT_TYPE_DEFINITION
          ? completed(definition, byName.get(definition.name.value) ?? [])
          : definition,
      ),
    }),
  };
}

/**
 * @param seen what the subgraph has shown so far.
 * @returns `null` where nothing can be left out.
 */
function abridge(
  type: ObjectTypeDefinitionNode,
  carried: ReadonlySet<FieldDefinitionNode>,
  seen: Set<string>,
): AbridgedType | null {
  const kept: FieldDefinitionNode[] = [];
  const behind = new Map<FieldDefinitionNode, FieldDefinitionNode[]>();
  let like: FieldDefinitionNode | null = null;
  for (const field of type.fields ?? []) {
    const before = kept.at(-1);
    const shows = carried.has(field) ? shownBy(field) : null;
    if (shows !== null && like !== null && before !== undefined && shows.every((one) => seen.has(one))) {
      const others = behind.get(before);
      if (others === undefined) behind.set(before, [field]);
      else others.push(field);
      continue;
    }
    if (shows !== null) {
      like ??= field;
      for (const one of shows) seen.add(one);
    }
    kept.push(field);
  }
  return like === null || behind.size === 0 ? null : { kept, like, behind };
}

/** What a subgraph must keep one of, lest composition think that it has none: types and directives. */
function shownBy({ type, directives = [] }: FieldDefinitionNode): string[] {
  return [namedTypeOf(type), ...directives.map(({ name }) => `@${name.value}`)];
}

/**
 * A field that several subgraphs have stands where the first of them has it, so what was left out is behind the last of
 * all that stood before it.
 */
function completed(
  type: ObjectTypeDefinitionNode,
  abridged: readonly AbridgedType[],
): ObjectTypeDefinitionNode {
  if (abridged.length === 0) return type;
  const composed = type.fields ?? [];
  const placeOf = new Map(composed.map(({ name }, place) => [name.value, place]));
  const behind: FieldDefinitionNode[][] = composed.map(() => []);
  for (const { kept, like, behind: leftOut } of abridged) {
    const joins = joinsOf(composed[placeOf.get(like.name.value) ?? 0]);
    let last = 0;
    for (const field of kept) {
      last = Math.max(last, placeOf.get(field.name.value) ?? 0);
      behind[last]?.push(...(leftOut.get(field) ?? []).map((one) => composedField(one, joins)));
    }
  }
  return { ...type, fields: composed.flatMap((field, place) => [field, ...(behind[place] ?? [])]) };
}

function joinsOf(field: FieldDefinitionNode | undefined): readonly ConstDirectiveNode[] {
  return field?.directives?.filter(({ name }) => name.value === 'join__field') ?? [];
}

/** As composition would have written it: our directives, where it is had, its tags. */
function composedField(
  field: FieldDefinitionNode,
  joins: readonly ConstDirectiveNode[],
): FieldDefinitionNode {
  const directives = field.directives ?? [];
  return {
    ...field,
    ...(field.description && { description: { ...field.description, block: true } }),
    directives: [...directives.filter((one) => !isTag(one)), ...joins, ...tagsOf(directives)],
  };
}

/** Each once. */
function tagsOf(directives: readonly ConstDirectiveNode[]): ConstDirectiveNode[] {
  const tags = new Map<string, ConstDirectiveNode>();
  for (const directive of directives.filter(isTag)) {
    const value = directive.arguments?.[0]?.value;
    if (value?.kind === Kind.STRING && !tags.has(value.value)) tags.set(value.value, directive);
  }
  return [...tags.values()];
}

function isTag({ name }: ConstDirectiveNode): boolean {
  return name.value === 'tag';
}
