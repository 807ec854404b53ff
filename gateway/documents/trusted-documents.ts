/** The documents that clients may ask for by id, and the only ones that are served where the mode says so. */
import { readFile } from 'node:fs/promises';
import {
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { parseManifest } from './parse-manifest.ts';

/** As a client that follows the persisted-documents specification writes the id of a hash. */
const HASH_PREFIX = 'sha256:';

export class TrustedDocuments {
  static readonly NONE = new TrustedDocuments(new Map());
  readonly #texts: ReadonlyMap<string, string>;
  readonly #known: ReadonlySet<string>;

  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
    this.#known = new Set(texts.values());
  }

  get size(): number {
    return this.#texts.size;
  }

  /** @returns the text of a document; `undefined` when no manifest has the id. */
  resolve(id: string): string | undefined {
    const text = this.#texts.get(id);
    if (text !== undefined || !id.startsWith(HASH_PREFIX)) return text;
    return this.#texts.get(id.slice(HASH_PREFIX.length));
  }

  /** Whether a text is a document of the manifest, letter by letter. */
  has(text: string): boolean {
    return this.#known.has(text);
  }

  /** Id and text of every document. */
  entries(): Iterable<readonly [string, string]> {
    return this.#texts;
  }

  /** @returns the text whose only operation has this name; `undefined` when there is none, or more than one. */
  named(operationName: string): string | undefined {
    const found = [...this.#texts.values()].filter((text) => {
      const [operation, ...others] = operationsOf(parse(text));
      return others.length === 0 && operation?.name?.value === operationName;
    });
    return found.length === 1 ? found[0] : undefined;
  }

  /**
   * Makes every operation of every document ready, so that no client waits for the first use of one.
   *
   * @param prepare given a document that is valid against the schema; the name only where it has several operations.
   * @returns what is wrong with those that cannot be served; asking for them is answered with the same reason.
   */
  prepareAll(
    schema: GraphQLSchema,
    prepare: (document: DocumentNode, text: string, operationName: string | null) => void,
  ): DocumentProblem[] {
    const problems: DocumentProblem[] = [];
    for (const [id, text] of this.#texts) {
      try {
        const document = parse(text);
        const [error] = validate(schema, document, undefined, { maxErrors: 1 });
        if (error !== undefined) throw error;
        const names = operationsOf(document).map(({ name }) => name?.value ?? null);
        if (names.length === 1) prepare(document, text, null);
        else for (const name of names) prepare(document, text, name);
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
  return new TrustedDocuments(parseManifest(text, file));
}

function operationsOf({ definitions }: DocumentNode): OperationDefinitionNode[] {
  return definitions.filter((one): one is OperationDefinitionNode => one.kind === 'OperationDefinition');
}
