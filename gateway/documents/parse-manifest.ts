/**
 * The manifests that client tools write: an object of id → text (codegen's client preset, whose ids are hashes of its
 * own form of the text, and Relay's `--persist`), or Apollo's `apollo-persisted-query-manifest`.
 */
import { isRecord } from '../../src/core/is-record.ts';

/** Larger is no manifest, but a wrong file. In characters. */
const MANIFEST_MAX_LENGTH = 64 * 1024 * 1024;
export const ID_MAX_LENGTH = 256;

const APOLLO_FORMAT = 'apollo-persisted-query-manifest';
const APOLLO_VERSION = 1;

/** @returns id → text. @throws Error that names the file and says what was expected. */
export function parseManifest(text: string, file: string): Map<string, string> {
  if (text.length > MANIFEST_MAX_LENGTH)
    throw notAManifest(file, `${text.length} characters, at most ${MANIFEST_MAX_LENGTH}`);
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (error) {
    throw notAManifest(file, (error as Error).message);
  }
  if (!isRecord(manifest)) throw notAManifest(file, 'another kind of JSON');
  const isApollo = manifest.format === APOLLO_FORMAT;
  const entries = isApollo ? apolloEntries(manifest, file) : Object.entries(manifest);
  const texts = new Map<string, string>();
  for (const [id, document] of entries) {
    if (typeof id !== 'string' || id === '' || id.length > ID_MAX_LENGTH)
      throw notAManifest(file, `an id of ${String(id).length} characters, expected 1 to ${ID_MAX_LENGTH}`);
    if (typeof document !== 'string') throw notAManifest(file, `${typeof document} as the text of ${id}`);
    if (texts.has(id) && texts.get(id) !== document) throw notAManifest(file, `two texts of the id ${id}`);
    texts.set(id, document);
  }
  return texts;
}

function apolloEntries(
  { version, operations }: Readonly<Record<string, unknown>>,
  file: string,
): [unknown, unknown][] {
  if (version !== APOLLO_VERSION) throw notAManifest(file, `version ${String(version)} of Apollo's format`);
  if (!Array.isArray(operations)) throw notAManifest(file, "Apollo's format without operations");
  return operations.map((operation) => (isRecord(operation) ? [operation.id, operation.body] : ['', '']));
}

function notAManifest(file: string, got: string): Error {
  return new Error(
    `${file} is not a manifest of documents; expected {"<id>": "<text>", …} as codegen and Relay write it, or Apollo's ${APOLLO_FORMAT}, got ${got}.`,
  );
}
