/** From what a request asks by id, by hash or by text to the text that is executed, and whether it is trusted. */
import { FeaturegraphError } from '../../src/core/errors.ts';
import { type AutomaticDocuments, sha256 } from './automatic-documents.ts';
import { ID_MAX_LENGTH } from './parse-manifest.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

/** ALLOW: any document is served. ONLY: those of the manifest. */
export type DocumentMode = 'ALLOW' | 'ONLY';

/** What a request asked, whichever way it came; of unknown types, because a client wrote it. */
export type Asked = Readonly<Record<string, unknown>>;

export interface KnownTexts {
  readonly trusted: TrustedDocuments;
  readonly automatic: AutomaticDocuments;
  readonly mode: DocumentMode;
}

export interface ResolvedDocument {
  /** With the text as `query`, and without any id. */
  readonly asked: Asked;
  /** Of the manifest; sent under its hash before; or neither. */
  readonly source: 'trusted' | 'automatic' | 'text';
  /** To remember the text by, once it turned out to be servable. */
  readonly hash: string | null;
}

/**
 * A known id decides what runs, whatever text comes with it: codegen's manifest holds its own form of the text.
 *
 * @param pathId of `/graphql/<id>`.
 * @throws FeaturegraphError BAD_REQUEST, PERSISTED_QUERY_NOT_FOUND, PERSISTED_ONLY
 */
export function resolveDocument(asked: Asked, pathId: string | null, known: KnownTexts): ResolvedDocument {
  const { documentId, extensions, ...rest } = asked;
  const { hash, others } = splitExtensions(extensions);
  const id = oneId([pathId, documentId ?? null, hash]);
  const body = others === undefined ? rest : { ...rest, extensions: others };
  const { query } = body;
  const text = typeof query === 'string' && query !== '' ? query : undefined;
  if (id === null) return { asked: body, source: sourceOf(text, known), hash: null };
  const trusted = known.trusted.resolve(id);
  if (trusted !== undefined) return { asked: { ...body, query: trusted }, source: 'trusted', hash: null };
  if (text === undefined) {
    const automatic = known.automatic.get(id);
    if (automatic === undefined) throw notFound();
    return { asked: { ...body, query: automatic }, source: 'automatic', hash: null };
  }
  if (hash !== null && sha256(text) !== hash)
    throw badRequest('extensions.persistedQuery.sha256Hash is not the SHA-256 of the text that came with it');
  return { asked: body, source: sourceOf(text, known), hash };
}

function sourceOf(text: string | undefined, { trusted, mode }: KnownTexts): 'trusted' | 'text' {
  if (text !== undefined && trusted.has(text)) return 'trusted';
  if (mode === 'ONLY' && text !== undefined) {
    throw new FeaturegraphError(
      'PERSISTED_ONLY',
      'Only documents of the manifest are served here. Ask for one by its id, or have yours added to the manifest.',
    );
  }
  return 'text';
}

/** `extensions` without `persistedQuery`, which nothing behind here knows. */
function splitExtensions(extensions: unknown): { hash: string | null; others: unknown } {
  if (typeof extensions !== 'object' || extensions === null || !('persistedQuery' in extensions))
    return { hash: null, others: extensions };
  const { persistedQuery, ...others } = extensions;
  const { version, sha256Hash } = (persistedQuery ?? {}) as Asked;
  if (version !== 1 || typeof sha256Hash !== 'string')
    throw badRequest('extensions.persistedQuery is not valid: expected {"version": 1, "sha256Hash": "…"}');
  return { hash: sha256Hash, others };
}

function oneId(given: readonly unknown[]): string | null {
  const ids = new Set(given.filter((id) => id !== null));
  if (ids.size > 1) throw badRequest('The request has several ids of documents that differ; send one');
  const [id = null] = ids;
  if (id !== null && typeof id !== 'string')
    throw badRequest(`documentId is not valid: expected the id of a document, a string, got ${typeof id}`);
  if (id !== null && id.length > ID_MAX_LENGTH) throw notFound();
  return id;
}

function badRequest(what: string): FeaturegraphError {
  return new FeaturegraphError('BAD_REQUEST', `${what}.`);
}

function notFound(): FeaturegraphError {
  return new FeaturegraphError(
    'PERSISTED_QUERY_NOT_FOUND',
    'No document of this id is known here; expected an id of the manifest that the server was given. Send the text.',
  );
}
