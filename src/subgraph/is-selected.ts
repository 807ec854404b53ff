import type { FieldNode, FragmentSpreadNode, InlineFragmentNode } from 'graphql';

/** When a selection is made: all of these must hold. Literal conditions are settled when they are read. */
export interface SelectionCondition {
  readonly variable: string;
  readonly includedWhen: boolean;
}

type Selection = FieldNode | FragmentSpreadNode | InlineFragmentNode;

/** @returns the conditions of `@skip` and `@include`, or `null` when the selection is never made. */
export function conditionsOf(selection: Selection): readonly SelectionCondition[] | null {
  let conditions: SelectionCondition[] | undefined;
  for (const directive of selection.directives ?? []) {
    const name = directive.name.value;
    if (name !== 'skip' && name !== 'include') continue;
    const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
    const includedWhen = name === 'include';
    if (value?.kind === 'BooleanValue' && value.value !== includedWhen) return null;
    if (value?.kind === 'Variable') {
      conditions ??= [];
      conditions.push({ variable: value.name.value, includedWhen });
    }
  }
  return conditions ?? NONE;
}

const NONE: readonly SelectionCondition[] = [];

export function hold(
  conditions: readonly SelectionCondition[],
  variables: Readonly<Record<string, unknown>>,
): boolean {
  return conditions.every(({ variable, includedWhen }) => variables[variable] === includedWhen);
}

export function isSelected(selection: Selection, variables: Readonly<Record<string, unknown>>): boolean {
  const conditions = conditionsOf(selection);
  return conditions !== null && hold(conditions, variables);
}
