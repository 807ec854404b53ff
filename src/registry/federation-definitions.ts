import { parse } from 'graphql';

/**
 * The federation directives that a domain's file may use, as Federation 2.9 defines them: only to validate
 * files with. They are imported by the header and never printed into a subgraph.
 */
export const FEDERATION_DEFINITIONS = parse(
  /* GraphQL */ `
    scalar link__Import
    enum link__Purpose {
      SECURITY
      EXECUTION
    }
    scalar federation__FieldSet
    scalar federation__Scope
    directive @link(url: String!, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
    directive @composeDirective(name: String!) repeatable on SCHEMA
    directive @key(fields: federation__FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
    directive @requires(fields: federation__FieldSet!) on FIELD_DEFINITION
    directive @provides(fields: federation__FieldSet!) on FIELD_DEFINITION
    directive @external(reason: String) on OBJECT | FIELD_DEFINITION
    directive @shareable repeatable on OBJECT | FIELD_DEFINITION
    directive @override(from: String!, label: String) on FIELD_DEFINITION
    directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ENUM | ENUM_VALUE | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION | ARGUMENT_DEFINITION
    directive @tag(name: String!) repeatable on FIELD_DEFINITION | INTERFACE | OBJECT | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION | SCHEMA
    directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
    directive @requiresScopes(scopes: [[federation__Scope!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
    directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
    directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
  `,
  { noLocation: true },
);

/** Names without `@`. */
export const FEDERATION_DIRECTIVES: ReadonlySet<string> = new Set(
  FEDERATION_DEFINITIONS.definitions.flatMap((definition) =>
    definition.kind === 'DirectiveDefinition' ? [definition.name.value] : [],
  ),
);
