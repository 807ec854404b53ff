import { existsSync, readFileSync } from 'node:fs';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import { FeaturegraphError } from '../../src/core/errors.ts';
import { readTrustedDocuments } from './trusted-documents.ts';

/** Finds the operation that somebody means: a file, the text itself, or a document of the manifest by id or name. */
export interface FoundOperation {
  readonly text: string;
  readonly document: DocumentNode;
  readonly operationName: string | null;
}

/** @throws FeaturegraphError with what was looked for, or with all that does not fit the schema. */
export async function findOperation(
  asked: string,
  operationName: string | null,
  manifest: string | undefined,
  schema: GraphQLSchema,
): Promise<FoundOperation> {
  const isText = TEXT.test(asked);
  const text = isText ? asked : await readNamed(asked, manifest);
  try {
    const document = parse(text);
    const problems = validate(schema, document);
    if (problems.length > 0) throw new GraphQLError(problems.map(withPlace).join('\n'));
    if (getOperationAST(document, operationName) == null) {
      throw new GraphQLError(
        'It has several operations, or none of the name given; name one by --operation.',
      );
    }
    return { text, document, operationName };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw new FeaturegraphError(
      'GRAPHQL_VALIDATION_FAILED',
      `${isText ? 'This operation' : asked} cannot be served:\n${withPlace(error)}`,
    );
  }
}

/** How an operation begins, and neither a path nor an id. */
const TEXT = /^\s*(?:\{|(?:query|mutation|subscription|fragment)\b[^.]*\{)/;

function withPlace({ message, locations }: GraphQLError): string {
  const [place] = locations ?? [];
  return place === undefined ? message : `${place.line}:${place.column}  ${message}`;
}

async function readNamed(asked: string, manifest: string | undefined): Promise<string> {
  return existsSync(asked) ? readFileSync(asked, 'utf8') : fromManifest(asked, manifest);
}

async function fromManifest(asked: string, manifest: string | undefined): Promise<string> {
  const known = manifest === undefined ? null : await readTrustedDocuments(manifest);
  const text = known?.resolve(asked) ?? known?.named(asked);
  if (text !== undefined) return text;
  const where =
    known === null ? 'and no manifest is configured' : `and ${manifest} has no document of that id or name`;
  throw new FeaturegraphError(
    'BAD_REQUEST',
    `There is no file ${asked}, ${where}. Expected a .graphql file, a document id or an operation's name, or an operation itself, as in '{ __typename }'.`,
  );
}
