import { type DefinitionNode, type DocumentNode, Kind } from 'graphql';
import { mentionedTypes, neededTypes, platformDefinitions } from './platform-definitions.ts';

/**
 * A domain's file with the header and the platform's definitions added: plain Federation 2 SDL, that every
 * federation tool reads. A file that brings its own header keeps it, and gets only the definitions it lacks.
 */
export interface FederatedDocument {
  readonly text: string;
  /** The same as AST, with the author's own nodes. */
  readonly document: DocumentNode;
}

/** @param authored the parsed text. */
export function federateDocument(authoredText: string, authored: DocumentNode): FederatedDocument {
  const added = addedDefinitions(authored);
  const parts = added.map((definition) => sourceText(definition));
  return {
    text: `${[...parts, authoredText.trim()].join('\n\n')}\n`,
    document: { kind: Kind.DOCUMENT, definitions: [...added, ...authored.definitions] },
  };
}

/** Whether the file brings a header of its own: a schema definition or extension that links federation. */
export function hasOwnHeader(authored: DocumentNode): boolean {
  return authored.definitions.some(
    (definition) =>
      (definition.kind === Kind.SCHEMA_EXTENSION || definition.kind === Kind.SCHEMA_DEFINITION) &&
      (definition.directives ?? []).some((directive) => directive.name.value === 'link'),
  );
}

function addedDefinitions(authored: DocumentNode): DefinitionNode[] {
  const own = new Set<string>();
  for (const definition of authored.definitions) {
    if (definition.kind === Kind.DIRECTIVE_DEFINITION) own.add(`@${definition.name.value}`);
    else if ('name' in definition && definition.name !== undefined) own.add(definition.name.value);
  }
  const directives = [...platformDefinitions.directives.values()].filter(
    (definition) => !own.has(`@${definition.name.value}`),
  );
  const mentioned = mentionedTypes([...directives, ...authored.definitions]);
  const types = neededTypes(mentioned).filter((definition) => !own.has(definition.name.value));
  const header = hasOwnHeader(authored) ? [] : [platformDefinitions.header];
  return [...header, ...directives, ...types];
}

function sourceText(definition: DefinitionNode): string {
  const { start, end } = definition.loc as { start: number; end: number };
  return platformDefinitions.text.slice(start, end);
}
