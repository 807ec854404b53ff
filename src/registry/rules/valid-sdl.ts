import {
  type ASTNode,
  buildASTSchema,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLError,
  Kind,
  validateSchema,
} from 'graphql';
import { validateSDL } from 'graphql/validation/validate.js';
import type { DraftDomain } from '../draft.ts';
import { FEDERATION_DEFINITIONS } from '../federation-definitions.ts';
import { coordinateAt } from '../locate-coordinate.ts';
import type { Report, Rule } from './rule.ts';

/** A file is valid GraphQL and a federated subgraph by itself: known types and directives, no name twice. */
export const validSdl: Rule = {
  name: 'valid-sdl',
  check(domains, report) {
    for (const domain of domains) checkDomain(domain, report);
  },
};

function checkDomain(domain: DraftDomain, report: Report): void {
  const document = completeDocument(domain.federated);
  const errors = validateSDL(document);
  if (errors.length > 0) {
    for (const error of errors) tell(domain, error, report);
    return;
  }
  // Only a document without these errors can be built, and only a built schema shows the rest.
  for (const error of validateSchema(buildASTSchema(document, { assumeValidSDL: true })))
    tell(domain, error, report);
}

/** With federation's definitions, each extension without a definition as one, and a Query where there is none. */
function completeDocument(federated: DocumentNode): DocumentNode {
  const defined = new Set<string>();
  for (const definition of federated.definitions) {
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) defined.add(definition.name.value);
  }
  const definitions: DefinitionNode[] = [...FEDERATION_DEFINITIONS.definitions];
  for (const definition of federated.definitions) {
    if (definition.kind === Kind.OBJECT_TYPE_EXTENSION && !defined.has(definition.name.value)) {
      defined.add(definition.name.value);
      definitions.push({ ...definition, kind: Kind.OBJECT_TYPE_DEFINITION });
    } else if (definition.kind !== Kind.SCHEMA_DEFINITION || hasOperationTypes(definition)) {
      definitions.push(definition);
    }
  }
  if (!defined.has('Query')) definitions.push(EMPTY_QUERY);
  return { kind: Kind.DOCUMENT, definitions };
}

function hasOperationTypes(definition: DefinitionNode): boolean {
  return definition.kind === Kind.SCHEMA_DEFINITION && definition.operationTypes.length > 0;
}

/** A domain that only adds features to others' entities has no root field; federation adds `_service` anyway. */
const EMPTY_QUERY: DefinitionNode = {
  kind: Kind.OBJECT_TYPE_DEFINITION,
  name: { kind: Kind.NAME, value: 'Query' },
  fields: [
    {
      kind: Kind.FIELD_DEFINITION,
      name: { kind: Kind.NAME, value: '_service' },
      type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: 'String' } },
    },
  ],
};

function tell(domain: DraftDomain, error: GraphQLError, report: Report): void {
  // Of several nodes the last is the one too many; nodes of the platform's own text mean nothing to the author.
  const node = [...(error.nodes ?? [])]
    .reverse()
    .find((candidate: ASTNode) => candidate.loc?.source.name === domain.file);
  const coordinate = node?.loc === undefined ? '' : coordinateAt(domain.authored, node.loc.start);
  report(domain, node, { coordinate, message: error.message, mend: mendFor(error.message) });
}

const MENDS: readonly (readonly [RegExp, string])[] = [
  [/^Unknown type/, 'Define the type in this file, or correct its name.'],
  [/^Unknown directive/, 'Correct its name: docs list the directives that a domain may use.'],
  [/^Unknown argument/, "Correct the argument's name, or take it away."],
  [/argument .* is required/, 'Add the argument.'],
  [/can only be defined once|There can be only one/, 'Take one of the two away.'],
  [/may not be used on|can only be used once at this location|non-repeatable/, 'Take the directive away.'],
  [/must be Output Type/, 'Use an object, scalar or enum type; inputs are for arguments only.'],
  [/must be Input Type/, 'Use a scalar, enum or input type; object types are for results only.'],
  [/must define one or more/, 'Add a member, or take the type away.'],
];

function mendFor(message: string): string {
  return MENDS.find(([pattern]) => pattern.test(message))?.[1] ?? 'Correct the definition.';
}
