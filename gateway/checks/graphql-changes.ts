import { CriticalityLevel, diff } from '@graphql-inspector/core';
import type { GraphQLSchema } from 'graphql';
import { platformDefinitions } from '../../src/registry/platform-definitions.ts';
import type { RegistryChange } from '../../src/registry/registry-change.ts';

/** What changed for clients, as GraphQL sees it: of the schema that they see, without our directives. */
export interface GraphqlChange {
  /** Such as `FIELD_REMOVED`. */
  readonly kind: string;
  readonly effect: 'BREAKS' | 'VALUES' | 'NONE';
  readonly coordinate: string;
  readonly message: string;
  readonly mend: string;
}

/** Without those of directives: ours are compared by the registries, with more meaning. */
export async function graphqlChanges(before: GraphQLSchema, after: GraphQLSchema): Promise<GraphqlChange[]> {
  const changes = await diff(before, after);
  return changes
    .filter(({ type, path }) => !String(type).startsWith('DIRECTIVE') && !isPlatforms(String(type), path))
    .map(({ type, path, message, criticality: { level } }) => ({
      kind: String(type),
      effect: level === CriticalityLevel.Dangerous && ADDITIONS.has(String(type)) ? 'NONE' : EFFECTS[level],
      coordinate: coordinateOf(path ?? ''),
      message: `${message.replaceAll("'", '"')}.`,
      mend: (level === CriticalityLevel.Breaking && MENDS_OF_KIND[String(type)]) || MENDS[level],
    }));
}

/** The platform's scalars and ViewRead are in the graph as long as somebody uses them. */
function isPlatforms(kind: string, path: string | undefined): boolean {
  return /^TYPE_(?:ADDED|REMOVED)$/.test(kind) && platformDefinitions.types.has(path ?? '');
}

/** `Query.newest.first` → `Query.newest(first:)`, `Query.newest.@deprecated` → `Query.newest`. */
function coordinateOf(path: string): string {
  return path.replace(/\.@\w+$/, '').replace(/^(\w+\.\w+)\.(\w+)$/, '$1($2:)');
}

const EFFECTS = {
  [CriticalityLevel.Breaking]: 'BREAKS',
  [CriticalityLevel.Dangerous]: 'VALUES',
  [CriticalityLevel.NonBreaking]: 'NONE',
} as const;

/** Said to be dangerous, because a resolver might think otherwise; who does not use them sees no difference. */
const ADDITIONS: ReadonlySet<string> = new Set(['FIELD_ARGUMENT_ADDED', 'INPUT_FIELD_ADDED']);

const MENDS = {
  [CriticalityLevel.Breaking]:
    'Keep what was there beside the new, mark it @deprecated, and remove it when no operation asks for it.',
  [CriticalityLevel.Dangerous]: 'See that clients can take it before you ship it.',
  [CriticalityLevel.NonBreaking]: 'Nothing is needed.',
};

const MENDS_OF_KIND: Readonly<Record<string, string>> = {
  FIELD_ARGUMENT_ADDED: 'Let the argument be nullable, or give it a default.',
  INPUT_FIELD_ADDED: 'Let the input field be nullable, or give it a default.',
};

/** @returns whether a change of the registry says the same, and more: that a feature is gone, new or of another type. */
export function isSaidBy({ kind, coordinate }: GraphqlChange, change: RegistryChange): boolean {
  return change.coordinate === coordinate && (SAME_MEANING[kind]?.includes(change.kind) ?? false);
}

const SAME_MEANING: Readonly<Record<string, readonly string[]>> = {
  FIELD_REMOVED: ['FEATURE_REMOVED'],
  FIELD_ADDED: ['FEATURE_ADDED'],
  FIELD_TYPE_CHANGED: ['FEATURE_TYPE_CHANGED', 'REFERENCE_CHANGED'],
  FIELD_DESCRIPTION_ADDED: ['FEATURE_ADDED', 'DESCRIPTION_CHANGED'],
  FIELD_DESCRIPTION_CHANGED: ['DESCRIPTION_CHANGED'],
  TYPE_REMOVED: ['ENTITY_REMOVED'],
  TYPE_ADDED: ['ENTITY_ADDED'],
  TYPE_DESCRIPTION_ADDED: ['ENTITY_ADDED'],
};
