/**
 * Lets an answer carry, at each entity's place, the object that it was made from, so that statuses can be read
 * from it afterwards. Used only when statuses are asked for: a hidden field is added to the document and taken
 * out of the answer. Its name is one that no GraphQL text can spell, and introspection does not list it.
 */
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  GraphQLScalarType,
  type GraphQLSchema,
  isObjectType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { RowBackedEntity } from '../features/row-backed-entity.ts';

export const PROBE = '$entity';

const PROBE_TYPE = new GraphQLScalarType({ name: 'EntityProbe', serialize: (entity) => entity });

const PROBE_FIELD: GraphQLField<unknown, unknown> = {
  name: PROBE,
  description: undefined,
  type: PROBE_TYPE,
  args: [],
  resolve: (source) => (source instanceof RowBackedEntity ? source : null),
  deprecationReason: undefined,
  extensions: {},
  astNode: undefined,
};

const PROBE_NODE: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: PROBE } };

export function addProbe(type: GraphQLObjectType): void {
  Object.defineProperty(type.getFields(), PROBE, { value: PROBE_FIELD, enumerable: false });
}

/** @returns the document with the probe in every selection on an entity. */
export function probedDocument(schema: GraphQLSchema, document: DocumentNode): DocumentNode {
  const typeInfo = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(typeInfo, {
      SelectionSet: {
        leave(node) {
          const parent = typeInfo.getParentType();
          if (!isObjectType(parent) || parent.getFields()[PROBE] === undefined) return undefined;
          return { ...node, selections: [...node.selections, PROBE_NODE] };
        },
      },
    }),
  );
}
