/** What the client knows of a document: its text, its id and whether asking twice is harmless. */

/**
 * A document that carries the types of its result and variables, as codegen's client preset writes it
 * (`TypedDocumentString`). A plain string is one too; nothing is known of its types.
 */
export interface TypedDocument<Data, Variables> {
  readonly __apiType?: (variables: Variables) => Data;
  /** `hash`: its id in the manifest of trusted documents. */
  readonly __meta__?: Readonly<Record<string, unknown>> | undefined;
  toString(): string;
}

export interface DocumentParts {
  /** `''` where the build took the text out and left the id. */
  readonly text: string;
  /** `null` where the document is in no manifest. */
  readonly id: string | null;
  /** Reading is repeatable, writing is not. */
  readonly repeatable: boolean;
}

const partsOf = new WeakMap<object, DocumentParts>();

/** @throws TypeError when there is neither a text nor an id. */
export function documentParts(document: TypedDocument<unknown, never>): DocumentParts {
  if (document === undefined || document === null)
    throw new TypeError(`Expected a document: a text, or one that codegen wrote; got ${document}.`);
  // Plain strings are primitives whatever the type says, and nothing is kept for them.
  const known = typeof document === 'object' ? partsOf.get(document) : undefined;
  if (known !== undefined) return known;
  const text = document.toString();
  const hash = document.__meta__?.hash;
  const id = typeof hash === 'string' && hash !== '' ? hash : null;
  if (text.trim() === '' && id === null)
    throw new TypeError('Expected a document with a text or with __meta__.hash, got one with neither.');
  const parts: DocumentParts = { text, id, repeatable: isRepeatable(text) };
  if (typeof document === 'object') partsOf.set(document, parts);
  return parts;
}

const STRINGS_AND_COMMENTS = /"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*/g;

/** Errs on the safe side: a field called `mutation` costs the retries, and without a text nobody can tell. */
function isRepeatable(text: string): boolean {
  const bare = text.replace(STRINGS_AND_COMMENTS, ' ');
  return bare.trim() !== '' && !/\b(?:mutation|subscription)\b/.test(bare);
}
