import { type DefinitionNode, type DirectiveNode, Kind, print, valueFromASTUntyped, visit } from 'graphql';
import type { DraftDomain } from '../draft.ts';
import { hasOwnHeader } from '../federated-sdl.ts';
import { FEDERATION_DIRECTIVES } from '../federation-definitions.ts';
import { platformDefinitions as platform } from '../platform-definitions.ts';
import type { Report, Rule } from './rule.ts';

/** A file that brings its own header or definitions brings the platform's, unchanged: composition needs one text. */
export const platformDefinitions: Rule = {
  name: 'platform-definitions',
  check(domains, report) {
    for (const domain of domains) {
      for (const definition of domain.authored.definitions) checkCopy(domain, definition, report);
      if (hasOwnHeader(domain.authored)) checkHeader(domain, report);
    }
  },
};

function checkCopy(domain: DraftDomain, definition: DefinitionNode, report: Report): void {
  if (!('name' in definition) || definition.name === undefined) return;
  const name = definition.name.value;
  const isDirective = definition.kind === Kind.DIRECTIVE_DEFINITION;
  const ours = isDirective ? platform.directives.get(name) : platform.types.get(name);
  if (ours === undefined || shape(ours) === shape(definition)) return;
  report(domain, definition, {
    coordinate: isDirective ? `@${name}` : name,
    message: `This definition of ${isDirective ? `@${name}` : name} differs from the platform's, which is \`${shape(ours)}\`.`,
    mend: 'Take the definition away: it is added when the file is loaded. Or copy it from `featuregraph print-schema`.',
  });
}

/** Without descriptions and layout. */
function shape(definition: DefinitionNode): string {
  const bare = visit(definition, {
    enter: (node) => ('description' in node ? { ...node, description: undefined } : undefined),
  });
  return print(bare).replaceAll(/\s+/g, ' ');
}

const FEDERATION_URL = 'https://specs.apollo.dev/federation/';
const FEATUREGRAPH_URL = 'https://specs.featuregraph.dev/featuregraph/';

function checkHeader(domain: DraftDomain, report: Report): void {
  const directives = domain.authored.definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_EXTENSION || definition.kind === Kind.SCHEMA_DEFINITION
      ? (definition.directives ?? [])
      : [],
  );
  const links = directives.filter((directive) => directive.name.value === 'link');
  const composed = new Set(
    directives
      .filter((directive) => directive.name.value === 'composeDirective')
      .map((d) => argument(d, 'name')),
  );
  const missing: string[] = [];
  const expectedUrl = platform.header.directives
    ?.map((directive) => argument(directive, 'url'))
    .find((url) => String(url).startsWith(FEDERATION_URL));
  const federation = links.find((link) => String(argument(link, 'url')).startsWith(FEDERATION_URL));
  if (federation === undefined || argument(federation, 'url') !== expectedUrl)
    missing.push(`@link(url: "${expectedUrl}")`);
  const ours = links.find((link) => String(argument(link, 'url')).startsWith(FEATUREGRAPH_URL));
  for (const name of usedDirectives(domain)) {
    if (platform.directives.has(name) && !imports(ours, name))
      missing.push(`import of @${name} from featuregraph`);
    if (FEDERATION_DIRECTIVES.has(name) && name !== 'link' && !imports(federation, name))
      missing.push(`import of @${name} from federation`);
  }
  // Composition keeps them in every subgraph or in none; a diff over the supergraph needs them.
  for (const name of platform.directives.keys()) {
    if (!composed.has(`@${name}`)) missing.push(`@composeDirective(name: "@${name}")`);
  }
  if (missing.length === 0) return;
  report(domain, links[0], {
    coordinate: '',
    message: `The file brings its own header, which lacks: ${missing.join(', ')}.`,
    mend: 'Take the header away: the right one is added when the file is loaded. Or copy it from `featuregraph print-schema`.',
  });
}

function argument(directive: DirectiveNode, name: string): unknown {
  const value = directive.arguments?.find((candidate) => candidate.name.value === name)?.value;
  return value === undefined ? undefined : valueFromASTUntyped(value);
}

function imports(link: DirectiveNode | undefined, name: string): boolean {
  const list = link === undefined ? undefined : argument(link, 'import');
  return Array.isArray(list) && list.includes(`@${name}`);
}

function usedDirectives(domain: DraftDomain): Set<string> {
  const used = new Set<string>();
  for (const definition of domain.authored.definitions) {
    visit(definition, {
      Directive(node) {
        used.add(node.name.value);
      },
    });
  }
  return used;
}
