/** From a request's body with `documentId` to one with the document's text, which the pipeline behind it reads. */
import { FeaturegraphError } from '../../src/core/errors.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

type Body = Readonly<Record<string, unknown>>;

/**
 * A known id decides what runs, whatever text comes with it: codegen's manifest holds its own form of the text. A
 * text that comes with an unknown id runs as any text does.
 *
 * @throws FeaturegraphError BAD_REQUEST, PERSISTED_QUERY_NOT_FOUND
 */
export function resolveDocument(body: Body, documents: TrustedDocuments): Body {
  const { documentId, ...rest } = body;
  if (documentId === undefined || documentId === null) return body;
  if (typeof documentId !== 'string') {
    throw new FeaturegraphError(
      'BAD_REQUEST',
      `documentId is not valid: expected the id of a document, a string, got ${typeof documentId}.`,
    );
  }
  const text = documents.resolve(documentId);
  if (text !== undefined) return { ...rest, query: text };
  if (typeof rest.query === 'string' && rest.query !== '') return rest;
  throw new FeaturegraphError(
    'PERSISTED_QUERY_NOT_FOUND',
    'No document of this id is known here; expected an id of the manifest that the server was given. Send the text.',
  );
}
