/** Takes an operation apart by its leaves: a part asks for some of them, and for what leads there. */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';

export class OperationParts {
  readonly #operation: OperationDefinitionNode;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  /** Response paths of all leaves, in their order; leaves of one path are one, whatever types they are of. */
  readonly leaves: readonly string[];

  constructor(operationText: string) {
    const document = parse(operationText, { noLocation: true });
    this.#operation = operationOf(document);
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION)
        this.#fragments.set(definition.name.value, definition);
    }
    const leaves = new Set<string>();
    this.#collect(this.#operation.selectionSet, '', leaves);
    this.leaves = [...leaves];
  }

  get isMutation(): boolean {
    return this.#operation.operation === 'mutation';
  }

  /** @returns the text of the operation that asks for these leaves alone. */
  only(leaves: readonly string[]): string {
    const selectionSet = this.#keep(this.#operation.selectionSet, '', new Set(leaves));
    const variables = new Set<string>();
    visit(selectionSet, { Variable: ({ name }) => void variables.add(name.value) });
    const variableDefinitions = (this.#operation.variableDefinitions ?? []).filter(({ variable }) =>
      variables.has(variable.name.value),
    );
    return print({ ...this.#operation, selectionSet, variableDefinitions });
  }

  #collect(selectionSet: SelectionSetNode, prefix: string, leaves: Set<string>): void {
    for (const selection of selectionSet.selections) {
      if (selection.kind !== Kind.FIELD) {
        this.#collect(this.#opened(selection), prefix, leaves);
        continue;
      }
      const path = prefix + (selection.alias ?? selection.name).value;
      if (selection.selectionSet === undefined) leaves.add(path);
      else this.#collect(selection.selectionSet, `${path}.`, leaves);
    }
  }

  #keep(selectionSet: SelectionSetNode, prefix: string, leaves: ReadonlySet<string>): SelectionSetNode {
    const selections = selectionSet.selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind !== Kind.FIELD) {
        const kept = this.#keep(this.#opened(selection), prefix, leaves);
        if (kept.selections.length === 0) return [];
        const typeCondition =
          selection.kind === Kind.INLINE_FRAGMENT
            ? selection.typeCondition
            : this.#fragments.get(selection.name.value)?.typeCondition;
        const { directives = [] } = selection;
        return [
          {
            kind: Kind.INLINE_FRAGMENT,
            ...(typeCondition && { typeCondition }),
            directives,
            selectionSet: kept,
          },
        ];
      }
      const path = prefix + (selection.alias ?? selection.name).value;
      if (selection.selectionSet === undefined) return leaves.has(path) ? [selection] : [];
      const kept = this.#keep(selection.selectionSet, `${path}.`, leaves);
      return kept.selections.length === 0 ? [] : [{ ...selection, selectionSet: kept }];
    });
    return { kind: Kind.SELECTION_SET, selections };
  }

  #opened(selection: Exclude<SelectionNode, { kind: Kind.FIELD }>): SelectionSetNode {
    if (selection.kind === Kind.INLINE_FRAGMENT) return selection.selectionSet;
    return (this.#fragments.get(selection.name.value) as FragmentDefinitionNode).selectionSet;
  }
}

/** The planner reads and writes one operation per document. */
export function operationOf(document: DocumentNode): OperationDefinitionNode {
  return document.definitions.find(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  ) as OperationDefinitionNode;
}
