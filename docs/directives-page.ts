import {
  type ConstArgumentNode,
  type DirectiveDefinitionNode,
  Kind,
  print,
  type TypeDefinitionNode,
} from 'graphql';
import { platformDefinitions } from '../src/registry/platform-definitions.ts';
import { table } from './markdown.ts';

/** Directives, scalars and types that every domain's file may use, from the text that it is given. */
export function directivesPage(): string {
  const directives = [...platformDefinitions.directives.values()].toSorted(byName);
  const types = [...platformDefinitions.types.values()];
  const scalars = types.filter(({ kind }) => kind === Kind.SCALAR_TYPE_DEFINITION);
  return `# Directives

What a domain's SDL file may use without importing it: when the file is loaded, these definitions and the header of
Federation ${federationVersion()} are added. \`featuregraph print-schema <domain>\` prints a file with them. Federation's own directives
(\`@key\`, \`@tag\`, \`@deprecated\` and so on) keep their meaning.

${directives.map(directiveSection).join('\n')}
## Scalars

Beside GraphQL's own \`Int\`, \`Float\`, \`String\`, \`Boolean\` and \`ID\`:

${table(
  ['scalar', 'what it is'],
  scalars.map((scalar) => [`\`${scalar.name.value}\``, textOf(scalar)]),
)}

## Types

${types
  .filter(({ kind }) => kind !== Kind.SCALAR_TYPE_DEFINITION)
  .map((type) => `\`\`\`graphql printed\n${print(type)}\n\`\`\`\n`)
  .join('\n')}`;
}

function directiveSection(directive: DirectiveDefinitionNode): string {
  const places = directive.locations.map(({ value }) => PLACES[value] ?? value).join(' or ');
  const rows = (directive.arguments ?? []).map((argument) => [
    `\`${argument.name.value}\``,
    `\`${print(argument.type)}\``,
    argument.defaultValue === undefined
      ? ''
      : `\`${print(argument.defaultValue as ConstArgumentNode['value'])}\``,
    textOf(argument),
  ]);
  const repeats = directive.repeatable ? ', as often as needed' : '';
  const head = `## @${directive.name.value}\n\nOn ${places}${repeats}. ${textOf(directive)}\n`;
  return rows.length === 0 ? head : `${head}\n${table(['argument', 'type', 'default', 'meaning'], rows)}\n`;
}

const PLACES: Readonly<Record<string, string>> = { OBJECT: 'a type', FIELD_DEFINITION: 'a field' };

function textOf({ description }: Pick<TypeDefinitionNode, 'description'>): string {
  return description?.value.replaceAll('\n', ' ') ?? '';
}

function byName(a: DirectiveDefinitionNode, b: DirectiveDefinitionNode): number {
  return a.name.value < b.name.value ? -1 : 1;
}

function federationVersion(): string {
  const found = /federation\/v([\d.]+)/.exec(platformDefinitions.text)?.[1];
  if (found === undefined) throw new Error('The platform definitions link no version of Federation.');
  return found;
}
