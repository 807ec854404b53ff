import type {
  ConstDirectiveNode,
  DocumentNode,
  EnumTypeDefinitionNode,
  FieldDefinitionNode,
  InputObjectTypeDefinitionNode,
  InterfaceTypeDefinitionNode,
  NameNode,
  ObjectTypeDefinitionNode,
  ObjectTypeExtensionNode,
  TypeNode,
} from 'graphql';
import type { FeatureType } from '../core/feature-type.ts';
import type { DomainCode } from './registry.ts';

/**
 * A domain's file as it was written: everything that the rules look at, with the nodes it came from, before
 * anybody knows whether it makes sense. Names that lead nowhere are still names here.
 */
export interface DraftDomain {
  readonly name: string;
  readonly file: string;
  readonly code: DomainCode;
  readonly codeIsElsewhere: boolean;
  /** The author's part. */
  readonly authored: DocumentNode;
  /** The whole, with header and definitions. */
  readonly federated: DocumentNode;
  readonly federatedSdl: string;
  /** Object and interface types of the author by name, extensions merged. */
  readonly types: ReadonlyMap<string, DraftType>;
  readonly enums: ReadonlyMap<string, EnumTypeDefinitionNode>;
  readonly inputs: ReadonlyMap<string, InputObjectTypeDefinitionNode>;
  /** Scalars that the author declared besides the platform's. */
  readonly ownScalars: ReadonlySet<string>;
  /** Those of `types` that have `@key` and are not request entities. */
  readonly entities: ReadonlyMap<string, DraftEntity>;
  /** The fields of Query. */
  readonly queries: readonly DraftField[];
}

export interface DraftType {
  readonly name: string;
  readonly kind: 'object' | 'interface';
  readonly nodes: readonly (
    | ObjectTypeDefinitionNode
    | ObjectTypeExtensionNode
    | InterfaceTypeDefinitionNode
  )[];
  readonly nameNode: NameNode;
  readonly directives: readonly ConstDirectiveNode[];
  readonly fields: ReadonlyMap<string, DraftField>;
  /** Has `@key`. */
  readonly isEntity: boolean;
  readonly isRequestEntity: boolean;
}

export interface DraftKey {
  readonly node: ConstDirectiveNode;
  /** Top-level names; `null` where the text is not a selection of plain fields. */
  readonly names: readonly string[] | null;
  readonly resolvable: boolean;
}

export interface DraftEntity {
  readonly domain: string;
  readonly name: string;
  readonly type: DraftType;
  readonly keys: readonly DraftKey[];
  /** `@key(resolvable: false)` alone: another domain's entity, known here only to be led to. */
  readonly isStub: boolean;
  /** Fields of the first key; those that do not exist are left out. */
  readonly joinKeys: readonly DraftField[];
  /** Whether `joinKeys` are the whole key; where not, one problem is told and none that follow from it. */
  readonly isKeyKnown: boolean;
  readonly views: readonly DraftView[];
  /** Tags of the type. */
  readonly tags: readonly string[];
}

/** The arguments as they were written; `undefined` where not given or not of the directive's type. */
export interface DraftView {
  readonly node: ConstDirectiveNode;
  readonly name: string;
  readonly version: number;
  readonly ttl: string | undefined;
  readonly block: string | undefined;
  readonly source: string | undefined;
  readonly sourceMaxLag: string | undefined;
  readonly availableAfter: string | undefined;
  readonly hot: string;
  readonly external: string | undefined;
  /** The fields that say they are stored in it. */
  readonly features: readonly DraftField[];
}

export interface DraftFeature {
  readonly node: ConstDirectiveNode;
  /** As written: `"v"` or `"v@2"`. */
  readonly viewText: string;
  readonly name: string;
  readonly maxItems: number | undefined;
  readonly maxBytes: number;
  readonly onInvalid: string;
  readonly hasDefault: boolean;
  readonly default: unknown;
}

export interface DraftOnDemand {
  readonly node: ConstDirectiveNode;
  readonly transform: string;
  readonly inputs: readonly string[];
  readonly hasDefault: boolean;
  readonly default: unknown;
}

export interface DraftField {
  /** `Aircraft.seats`. */
  readonly coordinate: string;
  readonly name: string;
  readonly typeName: string;
  readonly node: FieldDefinitionNode;
  readonly type: TypeNode;
  /** Absent directives are `undefined`. */
  readonly feature: DraftFeature | undefined;
  readonly onDemand: DraftOnDemand | undefined;
  readonly vector:
    | { readonly node: ConstDirectiveNode; readonly dim: number; readonly element: string }
    | undefined;
  readonly reference: { readonly node: ConstDirectiveNode; readonly key: readonly string[] } | undefined;
  readonly viewRead: { readonly node: ConstDirectiveNode; readonly viewText: string } | undefined;
  readonly lookup: { readonly node: ConstDirectiveNode; readonly maxKeys: number | undefined } | undefined;
  readonly requires:
    | { readonly node: ConstDirectiveNode; readonly names: readonly string[] | null }
    | undefined;
  readonly external: ConstDirectiveNode | undefined;
  readonly tags: readonly string[];
}

/** A field's type as a feature, or why it cannot be one; `null` where the type is unknown, which is told elsewhere. */
export type ResolvedType =
  | { readonly type: FeatureType }
  | { readonly problem: string; readonly mend: string }
  | null;

/** @returns the view that a text such as `"v"` or `"v@2"` names: without a version, the highest. */
export function findView(entity: DraftEntity, viewText: string): DraftView | undefined {
  const at = viewText.lastIndexOf('@');
  if (at > 0) {
    const name = viewText.slice(0, at);
    const version = viewText.slice(at + 1);
    return entity.views.find((view) => view.name === name && String(view.version) === version);
  }
  let found: DraftView | undefined;
  for (const view of entity.views) {
    if (view.name === viewText && (found === undefined || view.version > found.version)) found = view;
  }
  return found;
}
