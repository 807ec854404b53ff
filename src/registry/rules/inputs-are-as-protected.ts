import type { FieldDefinitionNode } from 'graphql';
import type { DraftEntity, DraftField } from '../draft.ts';
import { readArguments, textListArgument } from '../read-directive.ts';
import { entitiesOf, type Rule } from './rule.ts';

/**
 * What is made of a protected feature needs all that the feature needs: else who may not see the one could work it out
 * of the other.
 */
export const inputsAreAsProtected: Rule = {
  name: 'inputs-are-as-protected',
  check(domains, report) {
    for (const [domain, entity] of entitiesOf(domains)) {
      for (const field of entity.type.fields.values()) {
        for (const input of inputsOf(entity, field)) {
          const lacking = lackingIn(field.node, input.node);
          if (lacking === null) continue;
          report(domain, field.node.name, {
            coordinate: field.coordinate,
            message: `It is made of ${input.coordinate}, which needs ${lacking}, and does not need it itself.`,
            mend: `Add ${lacking} to the field, or take the input away.`,
          });
        }
      }
    }
  },
};

function inputsOf(entity: DraftEntity, field: DraftField): readonly DraftField[] {
  const names = [...(field.onDemand?.inputs ?? []), ...(field.reference?.key ?? [])];
  return names.flatMap((name) => entity.type.fields.get(name) ?? []);
}

type Scopes = readonly (readonly string[])[];

/** @returns the directive that the field lacks; `null` where it needs at least as much as its input. */
function lackingIn(field: FieldDefinitionNode, input: FieldDefinitionNode): string | null {
  if (isAuthenticated(input) && !isAuthenticated(field) && scopesOf(field).length === 0)
    return '@authenticated';
  for (const wanted of scopesOf(input)) {
    if (!scopesOf(field).some((given) => suffices(given, wanted)))
      return `@requiresScopes(scopes: ${JSON.stringify(wanted)})`;
  }
  return null;
}

/** Whoever has one alternative of `given` has one of `wanted`. */
function suffices(given: Scopes, wanted: Scopes): boolean {
  return given.every((has) => wanted.some((all) => all.every((scope) => has.includes(scope))));
}

function isAuthenticated(node: FieldDefinitionNode): boolean {
  return node.directives?.some(({ name }) => name.value === 'authenticated') ?? false;
}

function scopesOf(node: FieldDefinitionNode): readonly Scopes[] {
  return (node.directives ?? [])
    .filter(({ name }) => name.value === 'requiresScopes')
    .map((directive) => {
      const { scopes } = readArguments(directive);
      return Array.isArray(scopes) ? scopes.map(textListArgument) : [textListArgument(scopes)];
    });
}
