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
import { FeaturegraphError } from '../../src/core/errors.ts';
import { assertAtMost, DOCUMENT_LIMITS } from './limits.ts';
import { scanTokens } from './scan-tokens.ts';

/**
 * @throws FeaturegraphError with the code of the first limit that is passed, or GRAPHQL_VALIDATION_FAILED for a
 *   fragment that holds itself. A text that does not parse is left to
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
  readonly #expanded = new Map<string, Expanded | 'under way'>();
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
    assertAtMost(DOCUMENT_LIMITS.fragments, fragments.length);
    for (const definition of this.#document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION)
        continue;
      this.#assertDirectives(definition.directives);
      const isFragment = definition.kind === Kind.FRAGMENT_DEFINITION;
      const { fields, own, depth } = isFragment
        ? this.#ofFragment(definition.name.value)
        : this.#of(definition.selectionSet);
      assertAtMost(DOCUMENT_LIMITS.depth, depth);
      assertAtMost(DOCUMENT_LIMITS.fields, fields);
      if (!isFragment) assertAtMost(DOCUMENT_LIMITS.rootFields, own);
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

  /** Once each. One that holds itself is refused here: validation would look at every circle that there is. */
  #ofFragment(name: string): Expanded {
    const known = this.#expanded.get(name);
    if (known === 'under way') throw inCircles(name);
    if (known !== undefined) return known;
    const fragment = this.#fragments.get(name);
    if (fragment === undefined) return NOTHING;
    this.#expanded.set(name, 'under way');
    const expanded = this.#of(fragment.selectionSet);
    this.#expanded.set(name, expanded);
    return expanded;
  }

  #countName(names: Set<string>, alias: string | undefined, name: string): void {
    const key = alias ?? name;
    if (alias !== undefined) this.#aliases += 1;
    assertAtMost(DOCUMENT_LIMITS.aliases, this.#aliases);
    if (names.has(key)) this.#repeated += 1;
    assertAtMost(DOCUMENT_LIMITS.repeated, this.#repeated);
    names.add(key);
  }

  #assertDirectives(directives: readonly unknown[] | undefined): void {
    assertAtMost(DOCUMENT_LIMITS.directivesAtOnePlace, directives?.length ?? 0);
  }
}

function inCircles(fragment: string): FeaturegraphError {
  return new FeaturegraphError(
    'GRAPHQL_VALIDATION_FAILED',
    `The fragment ${fragment} holds itself, directly or by others. Take the spread away that leads back to it.`,
  );
}
