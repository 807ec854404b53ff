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
import { SCALAR_NAMES } from '../../core/feature-type.ts';
import { didYouMean } from '../../core/nearest-name.ts';
import type { DraftDomain } from '../draft.ts';
import { FEDERATION_DEFINITIONS } from '../federation-definitions.ts';
import { coordinateAt } from '../locate-coordinate.ts';
import { platformDefinitions } from '../platform-definitions.ts';
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
    for (const error of errors) if (!isConsequence(error, errors)) tell(domain, error, report);
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

/** An argument that is missing because it is misspelt is told once. */
function isConsequence({ message, nodes: [node] = [] }: GraphQLError, all: readonly GraphQLError[]): boolean {
  if (node?.kind !== Kind.DIRECTIVE || !REQUIRED.test(message)) return false;
  return all.some((other) => {
    const [argument] = other.nodes ?? [];
    return argument?.kind === Kind.ARGUMENT && UNKNOWN_ARGUMENT.test(other.message)
      ? node.arguments?.includes(argument)
      : false;
  });
}

const REQUIRED = /argument .* is required/;
const UNKNOWN_ARGUMENT = /^Unknown argument/;

function tell(domain: DraftDomain, error: GraphQLError, report: Report): void {
  // Of several nodes the last is the one too many; nodes of the platform's own text mean nothing to the author.
  const node = [...(error.nodes ?? [])]
    .reverse()
    .find((candidate: ASTNode) => candidate.loc?.source.name === domain.file);
  const coordinate = node?.loc === undefined ? '' : coordinateAt(domain.authored, node.loc.start);
  const message = inOurWords(error.message, directivesOf(domain));
  report(domain, node, { coordinate, message, mend: mendFor(message) });
}

/** graphql-js guesses which type or argument was meant, and not which directive; field sets are texts to their authors. */
function inOurWords(message: string, directives: readonly string[]): string {
  const unknown = /^Unknown directive "@(\w+)"/.exec(message)?.[1];
  const guess = unknown === undefined ? '' : didYouMean(unknown, directives).replace('"', '"@');
  return `${message.replaceAll(/federation__\w+/g, 'String')}${guess}`;
}

function directivesOf({ authored }: DraftDomain): string[] {
  const defined = [...FEDERATION_DEFINITIONS.definitions, ...authored.definitions].flatMap((definition) =>
    definition.kind === Kind.DIRECTIVE_DEFINITION ? definition.name.value : [],
  );
  return [...platformDefinitions.directives.keys(), ...defined, 'deprecated'];
}

const MENDS: readonly (readonly [RegExp, string])[] = [
  [/^Unknown type .*Did you mean/, 'Define the type in this file, or correct its name.'],
  [
    /^Unknown type/,
    `Define the type in this file, or correct its name. Scalars are ${SCALAR_NAMES.join(', ')}.`,
  ],
  [/^Unknown directive .*Did you mean/, 'Correct its name.'],
  [
    /^Unknown directive/,
    `Take it away, or write one of federation or of ours: @${[...platformDefinitions.directives.keys()].join(', @')}.`,
  ],
  [UNKNOWN_ARGUMENT, "Correct the argument's name, or take it away."],
  [REQUIRED, 'Add the argument.'],
  [/can only be defined once|There can be only one/, 'Take one of the two away.'],
  [/may not be used on|can only be used once at this location|non-repeatable/, 'Take the directive away.'],
  [/must be Output Type/, 'Use an object, scalar or enum type; inputs are for arguments only.'],
  [/must be Input Type/, 'Use a scalar, enum or input type; object types are for results only.'],
  [/must define one or more/, 'Add a member, or take the type away.'],
];

function mendFor(message: string): string {
  return MENDS.find(([pattern]) => pattern.test(message))?.[1] ?? 'Correct the definition.';
}
