/** The representations that a subgraph is sent, as they came: `_Any` makes nothing else of them. */
import { type ArgumentNode, type FieldNode, Kind, valueFromASTUntyped } from 'graphql';
import type { CheckedVariables } from '../../coerce-variables.ts';
import { NotCompiled } from '../not-compiled.ts';

export class RowRepresentations {
  /** `null` where they stand in the document itself. */
  readonly variable: string | null;
  readonly #argument: ArgumentNode;

  /** @throws NotCompiled */
  constructor({ arguments: args = [] }: FieldNode) {
    const argument = args.find(({ name }) => name.value === 'representations');
    if (argument === undefined) throw new NotCompiled('OTHER');
    this.#argument = argument;
    const { value } = argument;
    this.variable = value.kind === Kind.VARIABLE ? value.name.value : null;
  }

  /** @returns `null` where they are no list: the subgraph would refuse them. */
  of({ sent }: CheckedVariables): readonly unknown[] | null {
    const given =
      this.variable === null ? valueFromASTUntyped(this.#argument.value, sent) : sent[this.variable];
    return Array.isArray(given) ? given : null;
  }
}
