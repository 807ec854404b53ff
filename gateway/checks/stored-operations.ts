import {
  type GraphQLSchema,
  getNamedType,
  isInputType,
  isInterfaceType,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import { operationsAsking } from '../documents/operations-asking.ts';

/** The operations that somebody has stored, and what a change would do to them. */
export class StoredOperations {
  readonly #documents: ReadonlyMap<string, string>;

  /**
   * @param documents id or file → text.
   * @throws Error that names the document that is not GraphQL.
   */
  constructor(documents: ReadonlyMap<string, string>) {
    this.#documents = documents;
    for (const [id, text] of documents) {
      try {
        parse(text);
      } catch (cause) {
        throw new Error(`${id} is no operation: ${(cause as Error).message}`, { cause });
      }
    }
  }

  /** @returns names (ids for those without) of the operations that ask for one of the fields. */
  asking(schema: GraphQLSchema, coordinates: ReadonlySet<string>): string[] {
    if (coordinates.size === 0) return [];
    const found = operationsAsking(schema, this.#documents, coordinates);
    return [...new Set(found.map(({ operation, document }) => operation ?? document))].sort();
  }

  /** @returns those that fit `before` and do not fit `after`; without `before`, all that do not fit `after`. */
  broken(before: GraphQLSchema | null, after: GraphQLSchema): BrokenOperation[] {
    return [...this.#documents].flatMap(([id, text]) => {
      const document = parse(text);
      const reasons = validate(after, document).map(({ message }) => message);
      if (reasons.length === 0 || (before !== null && validate(before, document).length > 0)) return [];
      const names = document.definitions.flatMap((one) =>
        one.kind === 'OperationDefinition' ? [one.name?.value ?? id] : [],
      );
      return [{ id, names, reasons: reasons.map(withoutSuggestion) }];
    });
  }
}

export interface BrokenOperation {
  readonly id: string;
  readonly names: readonly string[];
  readonly reasons: readonly string[];
}

/** What the validator guesses was meant: nobody misspelt anything here. */
function withoutSuggestion(message: string): string {
  return message.replace(/ Did you mean .*$/s, '');
}

/**
 * The fields by which operations come upon a coordinate: a field itself; for a type or one of its values, every field
 * that has the type or takes it as an argument.
 */
export function fieldsOf(schema: GraphQLSchema, coordinate: string): Set<string> {
  const [typeName, member] = (coordinate.split('(', 1)[0] as string).split('.') as [string, string?];
  const type = schema.getType(typeName);
  const hasFields = isObjectType(type) || isInterfaceType(type);
  if (hasFields && member !== undefined && type.getFields()[member] !== undefined)
    return new Set([`${typeName}.${member}`]);
  const fields = new Set<string>();
  for (const owner of Object.values(schema.getTypeMap())) {
    if (owner.name.startsWith('__') || !(isObjectType(owner) || isInterfaceType(owner))) continue;
    for (const field of Object.values(owner.getFields())) {
      const takes = field.args.some((argument) => reaches(argument.type, typeName));
      if (takes || getNamedType(field.type).name === typeName) fields.add(`${owner.name}.${field.name}`);
    }
  }
  return fields;
}

/** Whether an input type is, or has in it, the type of this name. */
function reaches(type: unknown, name: string, seen = new Set<string>()): boolean {
  const named = getNamedType(type as Parameters<typeof getNamedType>[0]);
  if (named === undefined || !isInputType(named) || seen.has(named.name)) return false;
  if (named.name === name) return true;
  seen.add(named.name);
  return (
    'getFields' in named && Object.values(named.getFields()).some((field) => reaches(field.type, name, seen))
  );
}
