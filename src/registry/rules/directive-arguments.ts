import {
  type ConstDirectiveNode,
  type DirectiveDefinitionNode,
  Kind,
  type TypeNode,
  type ValueNode,
} from 'graphql';
import type { DraftDomain } from '../draft.ts';
import { platformDefinitions } from '../platform-definitions.ts';
import { typeText } from '../type-fit.ts';
import type { Report, Rule } from './rule.ts';

/** The arguments of our directives have their types: GraphQL's own rules for SDL do not look at values. */
export const directiveArguments: Rule = {
  name: 'directive-arguments',
  check(domains, report) {
    for (const domain of domains) {
      for (const type of domain.types.values()) {
        for (const directive of type.directives) checkDirective(domain, directive, type.name, report);
        for (const field of type.fields.values()) {
          for (const directive of field.node.directives ?? [])
            checkDirective(domain, directive, field.coordinate, report);
        }
      }
    }
  },
};

function checkDirective(
  domain: DraftDomain,
  directive: ConstDirectiveNode,
  coordinate: string,
  report: Report,
): void {
  const definition = platformDefinitions.directives.get(directive.name.value);
  if (definition === undefined) return;
  for (const argument of directive.arguments ?? []) {
    const type = argumentType(definition, argument.name.value);
    if (type === undefined || hasType(argument.value, type)) continue;
    report(domain, argument.value, {
      coordinate,
      message: `Expected @${directive.name.value}(${argument.name.value}:) to be ${typeText(type)}, got ${describeValue(argument.value)}.`,
      mend: `Write a value of type ${typeText(type)}${typeText(type).startsWith('String') ? ', in quotes' : ''}.`,
    });
  }
}

function argumentType(definition: DirectiveDefinitionNode, name: string): TypeNode | undefined {
  return definition.arguments?.find((argument) => argument.name.value === name)?.type;
}

/** Enough for the types that the platform's directives use: String, Int, JSON, and lists of them. */
function hasType(value: ValueNode, type: TypeNode): boolean {
  if (type.kind === Kind.NON_NULL_TYPE) return value.kind !== Kind.NULL && hasType(value, type.type);
  if (type.kind === Kind.LIST_TYPE) {
    const items = value.kind === Kind.LIST ? value.values : [value];
    return items.every((item) => hasType(item, type.type));
  }
  switch (type.name.value) {
    case 'String':
      return value.kind === Kind.STRING;
    case 'Int':
      return value.kind === Kind.INT && Math.abs(Number(value.value)) < 2 ** 31;
    default:
      return true;
  }
}

function describeValue(value: ValueNode): string {
  switch (value.kind) {
    case Kind.STRING:
      return JSON.stringify(value.value);
    case Kind.INT:
    case Kind.FLOAT:
    case Kind.ENUM:
      return value.value;
    case Kind.BOOLEAN:
      return String(value.value);
    case Kind.NULL:
      return 'null';
    case Kind.LIST:
      return 'a list';
    default:
      return 'an object';
  }
}
