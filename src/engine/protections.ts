/**
 * Which fields need a scope or an identity, and what an operation becomes for who lacks it: the denied fields are taken
 * out before it is planned, so that nothing is read for them, and answered as null with FORBIDDEN.
 */
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type InlineFragmentNode,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { hasScope } from '../tenancy/identity.ts';

export interface Protection {
  /** `@authenticated`: an anonymous request does not suffice. */
  readonly authenticated: boolean;
  /** Of each list, one alternative must be had whole. */
  readonly scopes: readonly (readonly (readonly string[])[])[];
}

/** By `Type.field`, of object and interface types. */
export type Protections = ReadonlyMap<string, Protection>;

export interface Asker {
  readonly scopes: ReadonlySet<string>;
  readonly anonymous?: boolean;
}

export type Denied = ReadonlySet<string>;

export const NOTHING_DENIED: Denied = new Set();

export function isDenied({ authenticated, scopes }: Protection, asker: Asker): boolean {
  if (authenticated && asker.anonymous === true) return true;
  return !scopes.every((alternatives) =>
    alternatives.some((all) => all.every((scope) => hasScope(asker.scopes, scope))),
  );
}

/** The protected fields that one document may reach. */
export class Guard {
  readonly #reached: readonly (readonly [coordinate: string, protection: Protection])[];
  /** One set for each combination met, so that it can be told apart by what it is. */
  readonly #known = new Map<string, Denied>();

  constructor(document: DocumentNode, schema: GraphQLSchema, protections: Protections) {
    const reached = new Map<string, Protection>();
    if (protections.size > 0) {
      forEachField(document, schema, (_field, coordinates) => {
        for (const coordinate of coordinates) {
          const protection = protections.get(coordinate);
          if (protection !== undefined) reached.set(coordinate, protection);
        }
      });
    }
    this.#reached = [...reached];
  }

  /** `Type.field` of what this asker may not see. The same set each time for the same answer. */
  deniedTo(asker: Asker): Denied {
    if (this.#reached.length === 0) return NOTHING_DENIED;
    let key = '';
    for (const [coordinate, protection] of this.#reached)
      if (isDenied(protection, asker)) key += `${coordinate} `;
    if (key === '') return NOTHING_DENIED;
    let denied = this.#known.get(key);
    if (denied === undefined) {
      if (this.#known.size >= KNOWN_MAX) this.#known.clear();
      denied = new Set(key.trimEnd().split(' '));
      this.#known.set(key, denied);
    }
    return denied;
  }
}

/** Combinations of denied fields of one document that are kept. */
const KNOWN_MAX = 64;

/** The document without the fields that are denied; on an interface, without them for the types that deny them. */
export function withoutDenied(document: DocumentNode, schema: GraphQLSchema, denied: Denied): DocumentNode {
  if (denied.size === 0) return document;
  const types = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(types, {
      Field: {
        leave(field): SelectionNode | null | undefined {
          const parent = types.getParentType();
          if (parent == null || field.name.value === '__typename') return undefined;
          const name = field.name.value;
          if (denied.has(`${parent.name}.${name}`)) return null;
          if (!isAbstractType(parent)) return undefined;
          const possible = schema.getPossibleTypes(parent);
          const allowed = possible.filter((type) => !denied.has(`${type.name}.${name}`));
          return allowed.length === possible.length ? undefined : forTypes(allowed, field);
        },
      },
      // A fragment of nothing but denied fields still stands where it is spread.
      SelectionSet: {
        leave: (set): SelectionSetNode | undefined =>
          set.selections.length > 0 ? undefined : { ...set, selections: [TYPENAME] },
      },
    }),
  );
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/** One selection, because that is what a field is replaced by: fragments of types in a fragment of none. */
function forTypes(types: readonly { readonly name: string }[], field: FieldNode): SelectionNode | null {
  if (types.length === 0) return null;
  const selections = types.map(
    ({ name }): InlineFragmentNode => ({
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } },
      selectionSet: { kind: Kind.SELECTION_SET, selections: [field] },
    }),
  );
  return { kind: Kind.INLINE_FRAGMENT, selectionSet: { kind: Kind.SELECTION_SET, selections } };
}

/** @param visitField with `Type.field` of each type whose field it may be. */
function forEachField(
  document: DocumentNode,
  schema: GraphQLSchema,
  visitField: (field: FieldNode, coordinates: readonly string[]) => void,
): void {
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field(field) {
        const parent = types.getParentType();
        if (parent == null) return;
        const names = [parent.name];
        if (!isObjectType(parent) && isAbstractType(parent))
          names.push(...schema.getPossibleTypes(parent).map((type) => type.name));
        visitField(
          field,
          names.map((name) => `${name}.${field.name.value}`),
        );
      },
    }),
  );
}
