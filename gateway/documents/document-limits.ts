/**
 * Limits of documents that anybody may send. They are counted before anything is validated or planned, in time that
 * grows with the text and not with what its fragments expand to.
 */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { scanTokens, tooMany } from './scan-tokens.ts';

/** Levels of fields: introspection as tools write it has 15. */
const DEPTH_MAX = 20;
/** Each may be a computation of its own, whatever a cost would say. */
const ALIASES_MAX = 30;
const ROOT_FIELDS_MAX = 50;
/** Fields that the document stands for once its fragments are expanded. */
const FIELDS_MAX = 5_000;
/** Fields that stand twice under one name in one selection set. */
const REPEATED_MAX = 100;
const FRAGMENTS_MAX = 100;
/** Directives at one place. */
const DIRECTIVES_AT_ONE_PLACE_MAX = 4;

/**
 * @throws FeaturegraphError with the code of the first limit that is passed. A text that does not parse is left to
 *   those who say what is wrong with it.
 */
export function assertWithinLimits(text: string): void {
  scanTokens(text);
  const document = parseOrNull(text);
  if (document !== null) new DocumentCount(document).assert();
}

function parseOrNull(text: string): DocumentNode | null {
  try {
    return parse(text, { noLocation: true });
  } catch (error) {
    if ((error as GraphQLError).name === 'GraphQLError') return null;
    throw error;
  }
}

/** Of one selection set, fragments expanded. */
interface Expanded {
  readonly fields: number;
  /** Fields that stand in it, and not below. */
  readonly own: number;
  readonly depth: number;
}

const NOTHING: Expanded = { fields: 0, own: 0, depth: 0 };

class DocumentCount {
  readonly #document: DocumentNode;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #expanded = new Map<string, Expanded>();
  #aliases = 0;
  #repeated = 0;

  constructor(document: DocumentNode) {
    this.#document = document;
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION)
        this.#fragments.set(definition.name.value, definition);
  }

  assert(): void {
    const fragments = this.#document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
    if (fragments.length > FRAGMENTS_MAX) throw tooMany('FRAGMENT_LIMIT', 'fragments', FRAGMENTS_MAX);
    for (const definition of this.#document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION)
        continue;
      this.#assertDirectives(definition.directives);
      const isFragment = definition.kind === Kind.FRAGMENT_DEFINITION;
      const { fields, own, depth } = isFragment
        ? this.#ofFragment(definition.name.value)
        : this.#of(definition.selectionSet);
      if (depth > DEPTH_MAX) throw tooMany('DEPTH_LIMIT', 'levels of fields', DEPTH_MAX);
      if (fields > FIELDS_MAX) throw tooMany('FIELD_LIMIT', 'fields', FIELDS_MAX);
      if (!isFragment && own > ROOT_FIELDS_MAX)
        throw tooMany('ROOT_FIELD_LIMIT', 'fields at the root', ROOT_FIELDS_MAX);
    }
  }

  #of(selectionSet: SelectionSetNode): Expanded {
    let [fields, own, depth] = [0, 0, 0];
    const names = new Set<string>();
    for (const selection of selectionSet.selections) {
      this.#assertDirectives(selection.directives);
      if (selection.kind === Kind.FIELD) {
        this.#countName(names, selection.alias?.value, selection.name.value);
        const below = selection.selectionSet === undefined ? NOTHING : this.#of(selection.selectionSet);
        fields += 1 + below.fields;
        own += 1;
        depth = Math.max(depth, below.depth + 1);
      } else {
        const isInline = selection.kind === Kind.INLINE_FRAGMENT;
        const part = isInline ? this.#of(selection.selectionSet) : this.#ofFragment(selection.name.value);
        fields += part.fields;
        own += part.own;
        depth = Math.max(depth, part.depth);
      }
    }
    // Doubling a hundred times is far below what a number holds.
    return { fields, own, depth };
  }

  /** Once each; one that holds itself counts as nothing here, and validation refuses it. */
  #ofFragment(name: string): Expanded {
    const known = this.#expanded.get(name);
    if (known !== undefined) return known;
    const fragment = this.#fragments.get(name);
    if (fragment === undefined) return NOTHING;
    this.#expanded.set(name, NOTHING);
    const expanded = this.#of(fragment.selectionSet);
    this.#expanded.set(name, expanded);
    return expanded;
  }

  #countName(names: Set<string>, alias: string | undefined, name: string): void {
    const key = alias ?? name;
    if (alias !== undefined) this.#aliases += 1;
    if (this.#aliases > ALIASES_MAX) throw tooMany('ALIAS_LIMIT', 'aliases', ALIASES_MAX);
    if (names.has(key)) this.#repeated += 1;
    if (this.#repeated > REPEATED_MAX) throw tooMany('FIELD_LIMIT', 'repeated fields', REPEATED_MAX);
    names.add(key);
  }

  #assertDirectives(directives: readonly unknown[] | undefined): void {
    if ((directives?.length ?? 0) > DIRECTIVES_AT_ONE_PLACE_MAX)
      throw tooMany('DIRECTIVE_LIMIT', 'directives at one place', DIRECTIVES_AT_ONE_PLACE_MAX);
  }
}
