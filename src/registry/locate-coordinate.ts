import {
  type ASTNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type Location,
} from 'graphql';

/**
 * Finds where a coordinate (`Aircraft`, `Aircraft.seats`, `Query.aircraft(tailnum:)`, `Size.SMALL`) is defined in a
 * parsed file, for messages of tools that name no line.
 *
 * @returns `undefined` where the file does not define it.
 */
export function locateCoordinate(document: DocumentNode, coordinate: string): Location | undefined {
  const [typeName, member, argument] = coordinate.split(/[.(:]/).map((part) => part.replace(/\)$/, ''));
  for (const definition of document.definitions) {
    if (!('name' in definition) || definition.name?.value !== typeName) continue;
    if (member === undefined || member === '') return definition.name?.loc;
    const members = [...partsOf(definition, 'fields'), ...partsOf(definition, 'values')];
    const found = members.find(({ name }) => name.value === member);
    if (found === undefined) continue;
    if (argument === undefined || argument === '') return found.name.loc;
    const given = partsOf(found as FieldDefinitionNode, 'arguments').find(
      ({ name }) => name.value === argument,
    );
    return (given ?? found).name.loc;
  }
  return undefined;
}

/** @returns where the view of this name is declared on a type; `undefined` where it is not. */
export function locateView(document: DocumentNode, typeName: string, view: string): Location | undefined {
  for (const definition of document.definitions) {
    if (!('name' in definition) || definition.name?.value !== typeName) continue;
    const found = definition.directives?.find(
      ({ name, arguments: given }) =>
        name.value === 'view' &&
        given?.some(
          (one) => one.name.value === 'name' && one.value.kind === Kind.STRING && one.value.value === view,
        ),
    );
    if (found !== undefined) return found.loc;
  }
  return undefined;
}

/** @returns the type, or the field or value of it, that stands at a place of the file; empty where none does. */
export function coordinateAt(document: DocumentNode, offset: number): string {
  const isThere = ({ loc }: ASTNode): boolean =>
    loc !== undefined && loc.start <= offset && offset < Math.max(loc.end, loc.start + 1);
  const definition = document.definitions.find(isThere);
  if (definition === undefined || !('name' in definition) || definition.name === undefined) return '';
  const members = [...partsOf(definition, 'fields'), ...partsOf(definition, 'values')];
  const member = members.find(isThere);
  return member === undefined ? definition.name.value : `${definition.name.value}.${member.name.value}`;
}

type Named = FieldDefinitionNode | InputValueDefinitionNode;

function partsOf(node: ASTNode, part: 'fields' | 'values' | 'arguments'): readonly Named[] {
  return part in node ? ((node as unknown as Record<string, readonly Named[] | undefined>)[part] ?? []) : [];
}
