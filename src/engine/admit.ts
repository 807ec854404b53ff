import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { FeaturegraphError } from '../core/errors.ts';
import { quickArguments } from './quick-arguments.ts';

/** Most keys of one call of a list lookup, by root field and argument. */
export interface ListBound {
  readonly argument: string;
  readonly maxKeys: number;
}

interface BoundedField {
  readonly node: FieldNode;
  /** The field and the fragments around it: any of them may carry `@skip` or `@include`. */
  readonly guards: readonly SelectionNode[];
  readonly bound: ListBound;
}

/** What is checked before anything is read. Prepared once per operation; a request only counts its lists. */
export interface Admission {
  /** @throws FeaturegraphError LIST_LIMIT */
  check(variables: Readonly<Record<string, unknown>>): void;
}

export function prepareAdmission(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  bounds: ReadonlyMap<string, ListBound>,
): Admission {
  const fields =
    operation.operation === 'query' ? boundedFields(operation.selectionSet, fragments, bounds) : [];
  const rootFields = schema.getQueryType()?.getFields() ?? {};
  const bounded = fields.flatMap((field) => {
    const definition = rootFields[field.node.name.value];
    return definition === undefined
      ? []
      : [{ ...field, definition, quick: quickArguments(definition, field.node) }];
  });
  return {
    check(variables) {
      for (const { node, guards, bound, definition, quick } of bounded) {
        if (guards.some((guard) => isSkipped(guard, variables))) continue;
        const keys = (quick?.(variables) ?? argumentsOf(definition, node, variables))?.[bound.argument];
        if (Array.isArray(keys) && keys.length > bound.maxKeys)
          throw tooManyKeys(node.name.value, keys.length, bound.maxKeys);
      }
    },
  };
}

/** @returns `null` for arguments that the field will refuse itself: a null for what must be, by a variable that may be null. */
function argumentsOf(
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | null {
  try {
    return getArgumentValues(definition, node, variables);
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}

function boundedFields(
  selectionSet: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  bounds: ReadonlyMap<string, ListBound>,
  outer: readonly SelectionNode[] = [],
): BoundedField[] {
  return selectionSet.selections.flatMap((selection): BoundedField[] => {
    const guards = [...outer, selection];
    if (selection.kind === 'Field') {
      const bound = bounds.get(selection.name.value);
      return bound === undefined ? [] : [{ node: selection, guards, bound }];
    }
    // Validation has refused circular fragments before this runs.
    const inner = selection.kind === 'InlineFragment' ? selection : fragments.get(selection.name.value);
    return inner === undefined ? [] : boundedFields(inner.selectionSet, fragments, bounds, guards);
  });
}

function isSkipped(node: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean {
  return (
    getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true ||
    getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if === false
  );
}

function tooManyKeys(field: string, count: number, maxKeys: number): FeaturegraphError {
  return new FeaturegraphError(
    'LIST_LIMIT',
    `${field} was asked for ${count} keys; at most ${maxKeys} are served at once. Split the list into several requests.`,
    { field, count, maxKeys },
  );
}
