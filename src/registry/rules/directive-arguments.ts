import {
  type ConstDirectiveNode,
  type DirectiveDefinitionNode,
  Kind,
  type NameNode,
  type TypeNode,
  type ValueNode,
} from 'graphql';
import type { DraftDomain } from '../draft.ts';
import { FEDERATION_DEFINITIONS } from '../federation-definitions.ts';
import { platformDefinitions } from '../platform-definitions.ts';
import { typeText } from '../type-fit.ts';
import type { Report, Rule } from './rule.ts';

/** The arguments of directives have their types: GraphQL's own rules for SDL do not look at values. */
export const directiveArguments: Rule = {
  name: 'directive-arguments',
  check(domains, report) {
    for (const domain of domains) {
      for (const definition of domain.authored.definitions) {
        if (definition.kind === Kind.DIRECTIVE_DEFINITION || !('name' in definition)) continue;
        checkNode(domain, definition as DirectedNode, '', report);
      }
    }
  },
};

/** What may carry directives: types, fields, arguments, enum values. */
interface DirectedNode {
  readonly name?: NameNode;
  readonly directives?: readonly ConstDirectiveNode[];
  readonly fields?: readonly DirectedNode[];
  readonly arguments?: readonly DirectedNode[];
  readonly values?: readonly DirectedNode[];
}

function checkNode(domain: DraftDomain, node: DirectedNode, parent: string, report: Report): void {
  const name = node.name?.value ?? '';
  const coordinate = parent === '' ? name : `${parent}.${name}`;
  for (const directive of node.directives ?? []) checkDirective(domain, directive, coordinate, report);
  for (const parts of [node.fields, node.arguments, node.values]) {
    for (const part of parts ?? []) checkNode(domain, part, coordinate, report);
  }
}

const FEDERATION_BY_NAME = new Map(
  FEDERATION_DEFINITIONS.definitions.flatMap((definition) =>
    definition.kind === Kind.DIRECTIVE_DEFINITION ? [[definition.name.value, definition] as const] : [],
  ),
);

/** What composition takes. */
const TAG_NAME = /^[A-Za-z_][A-Za-z0-9_/-]{0,127}$/;

function checkDirective(
  domain: DraftDomain,
  directive: ConstDirectiveNode,
  coordinate: string,
  report: Report,
): void {
  const name = directive.name.value;
  const definition = platformDefinitions.directives.get(name) ?? FEDERATION_BY_NAME.get(name);
  if (definition === undefined) return;
  for (const argument of directive.arguments ?? []) {
    const type = argumentType(definition, argument.name.value);
    if (type === undefined) continue;
    if (hasType(argument.value, type)) {
      if (name === 'tag') checkTagName(domain, argument.value, coordinate, report);
      continue;
    }
    // Field sets and scopes are texts to whoever writes them.
    const expected = typeText(type).replace(/federation__\w+/, 'String');
    report(domain, argument.value, {
      coordinate,
      message: `Expected @${name}(${argument.name.value}:) to be ${expected}, got ${describeValue(argument.value)}.`,
      mend: `Write a value of type ${expected}${expected.includes('String') ? ', in quotes' : ''}.`,
    });
  }
}

function checkTagName(domain: DraftDomain, value: ValueNode, coordinate: string, report: Report): void {
  if (value.kind !== Kind.STRING || TAG_NAME.test(value.value)) return;
  report(domain, value, {
    coordinate,
    message: `Expected the tag to be letters, digits, _, / and -, at most 128, got ${JSON.stringify(value.value)}.`,
    mend: 'Rename it, as in "owner/fleet".',
  });
}

function argumentType(definition: DirectiveDefinitionNode, name: string): TypeNode | undefined {
  return definition.arguments?.find((argument) => argument.name.value === name)?.type;
}

/** Enough for the types that directives use: String, Int, Boolean, JSON, and lists of them. */
function hasType(value: ValueNode, type: TypeNode): boolean {
  if (type.kind === Kind.NON_NULL_TYPE) return value.kind !== Kind.NULL && hasType(value, type.type);
  if (type.kind === Kind.LIST_TYPE) {
    const items = value.kind === Kind.LIST ? value.values : [value];
    return items.every((item) => hasType(item, type.type));
  }
  switch (type.name.value) {
    case 'String':
    case 'federation__FieldSet':
    case 'federation__Scope':
      return value.kind === Kind.STRING;
    case 'Int':
      return value.kind === Kind.INT && Math.abs(Number(value.value)) < 2 ** 31;
    case 'Boolean':
      return value.kind === Kind.BOOLEAN;
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
