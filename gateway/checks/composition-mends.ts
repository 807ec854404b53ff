/** What to do about each problem that composition tells: its own messages say what is wrong, and seldom how to mend it. */
const MENDS: Readonly<Record<string, string>> = {
  COMPOSITION_FAILED:
    'The composer gave up on types that contradict each other: look for a name that is one kind of type here and another elsewhere.',
  INVALID_GRAPHQL: 'Correct the definition; the file is not a valid schema.',
  TYPE_KIND_MISMATCH: 'Make it the same kind of type in every subgraph, or rename one of them.',
  FIELD_TYPE_MISMATCH: 'Give the field one type in all subgraphs that have it.',
  FIELD_ARGUMENT_TYPE_MISMATCH: 'Give the argument one type in all subgraphs that have the field.',
  FIELD_ARGUMENT_DEFAULT_MISMATCH: 'Give the argument one default in all subgraphs, or none in all.',
  INPUT_FIELD_DEFAULT_MISMATCH: 'Give the input field one default in all subgraphs, or none in all.',
  REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH:
    'Add the argument where it is missing, or let it be nullable where it is.',
  REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH:
    'Add the input field where it is missing, or let it be nullable where it is.',
  ENUM_VALUE_MISMATCH:
    'An enum that is both asked with and answered has the same values everywhere: add the missing ones.',
  EMPTY_MERGED_ENUM_TYPE:
    'Only values that every subgraph has can be asked with: let them share at least one.',
  EMPTY_MERGED_INPUT_TYPE: 'Only fields that every subgraph has can be given: let them share at least one.',
  INVALID_FIELD_SHARING:
    'Keep the field in one subgraph, or mark it @shareable in all of them, where all answer alike.',
  INVALID_SHAREABLE_USAGE: 'Take @shareable away here: it belongs on fields of object types.',
  SATISFIABILITY_ERROR:
    'Some path leads to a field that cannot be fetched from there: give the entity a @key that both subgraphs have, or add the field where the path ends.',
  EXTERNAL_MISSING_ON_BASE:
    'Some subgraph must define the field without @external; add it there, or take it away here.',
  EXTERNAL_TYPE_MISMATCH: 'Write the @external field with the type that its own subgraph gives it.',
  EXTERNAL_ARGUMENT_MISSING: 'Write the @external field with the arguments that its own subgraph gives it.',
  EXTERNAL_UNUSED: 'Use the field in @requires, @provides or @key, or take it away.',
  KEY_INVALID_FIELDS: 'Name fields that the type has, in GraphQL syntax: @key(fields: "id").',
  KEY_FIELDS_SELECT_INVALID_TYPE: 'Choose fields of scalar, enum or object types for the key.',
  KEY_FIELDS_HAS_ARGS: 'Choose fields without arguments for the key.',
  REQUIRES_INVALID_FIELDS: 'Name fields that the type has in this file: @requires(fields: "weight").',
  REQUIRES_FIELDS_MISSING_EXTERNAL: 'Mark the required fields @external: another subgraph has them.',
  PROVIDES_INVALID_FIELDS: 'Name fields of the field\'s type: @provides(fields: "name").',
  PROVIDES_FIELDS_MISSING_EXTERNAL: 'Mark the provided fields @external: another subgraph has them too.',
  PROVIDES_ON_NON_OBJECT_FIELD: 'Put @provides on a field of an object type, or take it away.',
  OVERRIDE_FROM_SELF_ERROR: 'Name the other subgraph, from which the field is taken over.',
  OVERRIDE_SOURCE_HAS_OVERRIDE:
    'Only one subgraph takes a field over at a time: finish one move before the next.',
  OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE: 'Take the other directive away while the field is taken over.',
  OVERRIDE_LABEL_INVALID: 'Write the label as percent(<0–100>).',
  INTERFACE_FIELD_NO_IMPLEM: 'Add the field to every type that implements the interface, in some subgraph.',
  INTERFACE_KEY_NOT_ON_IMPLEMENTATION: "Give every type that implements the interface the interface's @key.",
  INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE:
    'Define here every type that implements the interface: who has its @key must know them all.',
  INTERFACE_OBJECT_USAGE_ERROR: 'Define the interface, with its @key, in another subgraph.',
  MISSING_TRANSITIVE_AUTH_REQUIREMENTS:
    'Repeat the scopes of the required field on the field that needs it: who may not read the one may not read the other.',
  REFERENCED_INACCESSIBLE: 'Make what refers to it @inaccessible too, or take @inaccessible away.',
  ONLY_INACCESSIBLE_CHILDREN: 'Leave at least one field that clients can see, or hide the type itself.',
  REQUIRED_INACCESSIBLE:
    'A required argument or input field must be seen by clients: take @inaccessible away, or give it a default.',
  DEFAULT_VALUE_USES_INACCESSIBLE: 'Choose a default that clients can see.',
  IMPLEMENTED_BY_INACCESSIBLE: "Hide the interface's field as well, or show the one that implements it.",
  QUERY_ROOT_TYPE_INACCESSIBLE: 'Take @inaccessible away from the query type.',
  NO_QUERIES: 'Give at least one subgraph a field of Query.',
  LIST_SIZE_INVALID_SLICING_ARGUMENT:
    'Name an argument of type Int; for a list of keys use @lookup(maxKeys:).',
  LIST_SIZE_INVALID_SIZED_FIELD: 'Name a field of the type that is a list.',
  LIST_SIZE_APPLIED_TO_NON_LIST: 'Put @listSize on a list, or take it away.',
  LIST_SIZE_INVALID_ASSUMED_SIZE: 'Give assumedSize as a number from 0 on.',
  COST_APPLIED_TO_INTERFACE_FIELD: 'Put @cost on the fields that implement it.',
  AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE: 'Put it on the types that implement the interface.',
  EXTENSION_WITH_NO_BASE: 'Define the type, without `extend`, in some subgraph.',
  INVALID_SUBGRAPH_NAME: 'Rename the subgraph.',
  DIRECTIVE_COMPOSITION_ERROR:
    'Link and compose the directive alike in every subgraph; a file of ours needs no header, it is added.',
  DIRECTIVE_DEFINITION_INVALID: 'Delete this definition: federation brings its own.',
  TYPE_DEFINITION_INVALID: 'Delete this definition: federation brings its own.',
  UNKNOWN_FEDERATION_LINK_VERSION: 'Link federation v2.9 or older.',
  UNKNOWN_LINK_VERSION: 'Link a version of the specification that exists.',
  INVALID_LINK_DIRECTIVE_USAGE:
    'Write @link(url: "https://specs.apollo.dev/federation/v2.9", import: [...]).',
  INVALID_LINK_IDENTIFIER:
    'Write the URL of a specification, such as https://specs.apollo.dev/federation/v2.9.',
  LINK_IMPORT_NAME_MISMATCH: 'Import the directive under one name in every subgraph.',
};

const ANY =
  'Look at the definition and at those of the same name in the other subgraphs, and make them agree.';

export function mendOfComposition(code: string): string {
  return Object.hasOwn(MENDS, code) ? (MENDS[code] as string) : ANY;
}
