import { type GraphQLSchema, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql';

/** Finds, among documents, the operations that ask for a field: the models that a change of it would touch. */
export interface AskingOperation {
  /** Name of the operation; `null` for one without. */
  readonly operation: string | null;
  readonly document: string;
}

/** @param documents id or file → text. A document that does not fit the schema asks for what it still can. */
export function operationsAsking(
  schema: GraphQLSchema,
  documents: ReadonlyMap<string, string>,
  coordinates: ReadonlySet<string>,
): AskingOperation[] {
  const asking: AskingOperation[] = [];
  for (const [document, text] of documents) {
    const types = new TypeInfo(schema);
    let asks = false;
    const parsed = parse(text);
    visit(
      parsed,
      visitWithTypeInfo(types, {
        enter(node) {
          if (node.kind === 'Field' && coordinates.has(`${types.getParentType()?.name}.${node.name.value}`))
            asks = true;
        },
      }),
    );
    if (!asks) continue;
    // A fragment may be used by any of them, so all operations of the document are told.
    for (const definition of parsed.definitions) {
      if (definition.kind === 'OperationDefinition')
        asking.push({ operation: definition.name?.value ?? null, document });
    }
  }
  return asking;
}
