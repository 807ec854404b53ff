/** Reads `@authenticated`, `@requiresScopes` and `@policy` out of a supergraph or a subgraph: what each field needs to be seen. */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  Kind,
  type TypeNode,
  valueFromASTUntyped,
} from 'graphql';
import type { Protection, Protections } from './protections.ts';

/** A policy is granted like a scope, under this name. */
const POLICY = 'policy:';
const OPEN: Protection = { authenticated: false, scopes: [] };

/**
 * A field needs what it says itself, what its type says (object, interface, scalar or enum), and what the type around
 * it says.
 */
export function readProtections(document: DocumentNode): Protections {
  const ofTypes = protectionsOfTypes(document);
  const protections = new Map<string, Protection>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION)
      continue;
    const type = definition.name.value;
    for (const field of definition.fields ?? []) {
      const protection = both(
        both(protectionOf(field.directives), ofTypes.get(namedType(field.type)) ?? OPEN),
        ofTypes.get(type) ?? OPEN,
      );
      if (protection.authenticated || protection.scopes.length > 0)
        protections.set(`${type}.${field.name.value}`, protection);
    }
  }
  return protections;
}

function protectionsOfTypes(document: DocumentNode): ReadonlyMap<string, Protection> {
  const protections = new Map<string, Protection>();
  for (const definition of document.definitions) {
    if (
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
      definition.kind === Kind.SCALAR_TYPE_DEFINITION ||
      definition.kind === Kind.ENUM_TYPE_DEFINITION
    )
      protections.set(definition.name.value, protectionOf(definition.directives));
  }
  return protections;
}

function protectionOf(directives: readonly ConstDirectiveNode[] | undefined): Protection {
  let protection = OPEN;
  for (const directive of directives ?? []) {
    const name = directive.name.value;
    if (name === 'authenticated') protection = both(protection, { authenticated: true, scopes: [] });
    if (name === 'requiresScopes') protection = both(protection, needs(listsOf(directive, 'scopes')));
    if (name === 'policy') {
      const policies = listsOf(directive, 'policies').map((all) => all.map((one) => POLICY + one));
      protection = both(protection, needs(policies));
    }
  }
  return protection;
}

const needs = (alternatives: readonly (readonly string[])[]): Protection => ({
  authenticated: false,
  scopes: [alternatives],
});

/** @returns a list of lists; what is no such list denies everybody, rather than nobody. */
function listsOf(directive: ConstDirectiveNode, argument: string): readonly (readonly string[])[] {
  const node = directive.arguments?.find(({ name }) => name.value === argument)?.value;
  const value: unknown = node === undefined ? undefined : valueFromASTUntyped(node);
  const outer = Array.isArray(value) ? value : [];
  return outer.map((inner) => (Array.isArray(inner) ? inner.map(String) : [String(inner)]));
}

function both(one: Protection, other: Protection): Protection {
  return {
    authenticated: one.authenticated || other.authenticated,
    scopes: [...one.scopes, ...other.scopes],
  };
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}
