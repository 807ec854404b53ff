/**
 * The documents that clients may ask for by id: what codegen's client preset writes as `persisted-documents.json`,
 * an object of id → text.
 */
import { readFile } from 'node:fs/promises';
import { type DocumentNode, type GraphQLSchema, parse, validate } from 'graphql';

/** Larger is no manifest, but a wrong file. In characters. */
const MANIFEST_MAX_LENGTH = 64 * 1024 * 1024;
const ID_MAX_LENGTH = 256;

export class TrustedDocuments {
  static readonly NONE = new TrustedDocuments(new Map());
  readonly #texts: ReadonlyMap<string, string>;

  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
  }

  get size(): number {
    return this.#texts.size;
  }

  /** @returns the text of a document; `undefined` when no manifest has the id. */
  resolve(id: string): string | undefined {
    return this.#texts.get(id);
  }

  /** Id and text of every document. */
  entries(): Iterable<readonly [string, string]> {
    return this.#texts;
  }

  /** @returns the text whose only operation has this name; `undefined` when there is none, or more than one. */
  named(operationName: string): string | undefined {
    const found = [...this.#texts.values()].filter((text) => {
      const [operation, ...others] = parse(text).definitions.filter(
        ({ kind }) => kind === 'OperationDefinition',
      );
      return (
        others.length === 0 &&
        operation?.kind === 'OperationDefinition' &&
        operation.name?.value === operationName
      );
    });
    return found.length === 1 ? found[0] : undefined;
  }

  /**
   * Makes every document ready, so that no client waits for the first use of one.
   *
   * @param prepare given a document that is valid against the schema.
   * @returns what is wrong with those that cannot be served; asking for them is answered with the same reason.
   */
  prepareAll(
    schema: GraphQLSchema,
    prepare: (document: DocumentNode, text: string) => void,
  ): DocumentProblem[] {
    const problems: DocumentProblem[] = [];
    for (const [id, text] of this.#texts) {
      try {
        const document = parse(text);
        const [error] = validate(schema, document, undefined, { maxErrors: 1 });
        if (error !== undefined) problems.push({ id, problem: error.message });
        else prepare(document, text);
      } catch (error) {
        problems.push({ id, problem: error instanceof Error ? error.message : String(error) });
      }
    }
    return problems;
  }
}

export interface DocumentProblem {
  readonly id: string;
  readonly problem: string;
}

/** @throws Error that names the file and says what was expected. */
export async function readTrustedDocuments(file: string): Promise<TrustedDocuments> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Error(`The manifest of documents cannot be read: ${error.message}`);
  });
  if (text.length > MANIFEST_MAX_LENGTH)
    throw notAManifest(file, `${text.length} characters, at most ${MANIFEST_MAX_LENGTH}`);
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (error) {
    throw notAManifest(file, (error as Error).message);
  }
  if (typeof manifest !== 'object' || manifest === null || Array.isArray(manifest))
    throw notAManifest(file, 'another kind of JSON');
  const texts = new Map<string, string>();
  for (const [id, document] of Object.entries(manifest)) {
    if (id === '' || id.length > ID_MAX_LENGTH)
      throw notAManifest(file, `an id of ${id.length} characters, expected 1 to ${ID_MAX_LENGTH}`);
    if (typeof document !== 'string') throw notAManifest(file, `${typeof document} as the text of ${id}`);
    texts.set(id, document);
  }
  return new TrustedDocuments(texts);
}

function notAManifest(file: string, got: string): Error {
  return new Error(
    `${file} is not a manifest of documents; expected codegen's persisted-documents.json, {"<id>": "<text>", …}, got ${got}.`,
  );
}
