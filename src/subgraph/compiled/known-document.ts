/** One document that was executed before: what it becomes for each choice of its @skip and @include variables. */
import {
  type DocumentNode,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
  print,
  type VariableDefinitionNode,
} from 'graphql';
import type { CheckedVariables } from '../../engine/coerce-variables.ts';
import type { Reason } from '../../engine/compiled/not-compiled.ts';
import { switchesOf } from '../../engine/interpreted/prepare-interpreted.ts';
import { quickVariables } from '../../engine/quick-variables.ts';
import type { Subgraph } from '../build-subgraph.ts';
import { compileDocument, type DocumentProgram } from './compile-document.ts';

/** Choices that are kept at once. */
const CHOICES_MAX = 64;

type Variables = Readonly<Record<string, unknown>>;

export class KnownDocument {
  /** With one operation. */
  readonly document: DocumentNode;
  readonly #subgraph: Subgraph;
  readonly #operation: OperationDefinitionNode;
  /** Names of variables that hold representations. */
  readonly #representations: readonly string[];
  /** The operation without those. */
  readonly #checked: OperationDefinitionNode;
  readonly #quick: ReturnType<typeof quickVariables>;
  readonly #switches: readonly string[];
  readonly #programs = new Map<string, DocumentProgram | Reason>();

  constructor(subgraph: Subgraph, document: DocumentNode) {
    this.document = document;
    this.#subgraph = subgraph;
    this.#operation = getOperationAST(document) as OperationDefinitionNode;
    const definitions = this.#operation.variableDefinitions ?? [];
    this.#representations = definitions.filter(isRepresentations).map(({ variable }) => variable.name.value);
    const variableDefinitions = definitions.filter((definition) => !isRepresentations(definition));
    this.#checked = { ...this.#operation, variableDefinitions };
    this.#quick = quickVariables(subgraph.schema, this.#checked);
    this.#switches = switchesOf(document);
  }

  /** @returns `null` where they are not valid, which graphql-js must tell. */
  check(given: Variables): CheckedVariables | null {
    if (!this.#representations.every((name) => isListOfSomething(given[name]))) return null;
    const coerced = this.#quick?.(given)?.coerced ?? this.#coerce(given);
    return coerced && { coerced, sent: given };
  }

  programFor({ coerced }: CheckedVariables): DocumentProgram | Reason {
    const key = this.#switches.map((name) => (coerced[name] === true ? '1' : '0')).join('');
    let program = this.#programs.get(key);
    if (program === undefined) {
      const choice = Object.fromEntries(this.#switches.map((name) => [name, coerced[name] === true]));
      program = compileDocument(this.#subgraph, this.document, this.#operation, choice);
      if (this.#programs.size >= CHOICES_MAX) this.#programs.clear();
      this.#programs.set(key, program);
    }
    return program;
  }

  #coerce(given: Variables): Variables | null {
    const { variableDefinitions = [] } = this.#checked;
    return getVariableValues(this.#subgraph.schema, variableDefinitions, given).coerced ?? null;
  }
}

/** `[_Any!]!`: of these a scalar lets everything pass. */
function isRepresentations({ type, defaultValue }: VariableDefinitionNode): boolean {
  return print(type) === '[_Any!]!' && defaultValue === undefined;
}

function isListOfSomething(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => item !== null && item !== undefined);
}
