import {
  type ASTNode,
  type DocumentNode,
  Kind,
  type TypeDefinitionNode,
  type TypeExtensionNode,
} from 'graphql';
import type { ProblemText } from '../rules/rule.ts';

/** Something that works and that its author may not have meant. A hint looks at one thing and never stands in the way. */
export interface Hint {
  /** The file's name. */
  readonly name: string;
  find(subgraphs: readonly HintedSubgraph[], tell: TellHint): void;
}

/** A file as it was written, ours or from elsewhere; a hint needs no more than its text says. */
export interface HintedSubgraph {
  readonly name: string;
  readonly file: string;
  /** With locations, without what is added to a file of ours. */
  readonly document: DocumentNode;
  /** Whether it is being changed: hints are told to its author alone. */
  readonly isCandidate: boolean;
}

export type TellHint = (subgraph: HintedSubgraph, node: ASTNode, problem: ProblemText) => void;

export type TypeNodes = TypeDefinitionNode | TypeExtensionNode;

const ROOTS: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);

export function isRoot(type: TypeNodes): boolean {
  return ROOTS.has(type.name.value);
}

/** Types and extensions of types, each as it stands in the file. */
export function typesOf({ document }: HintedSubgraph): TypeNodes[] {
  return document.definitions.filter(
    (definition): definition is TypeNodes =>
      /Type(?:Definition|Extension)$/.test(definition.kind) &&
      definition.kind !== Kind.SCALAR_TYPE_DEFINITION,
  );
}

export interface Member {
  readonly coordinate: string;
  readonly node: ASTNode & { readonly name: { readonly value: string } };
}

/** Fields, input fields or enum values. */
export function membersOf(type: TypeNodes): Member[] {
  const nodes = 'fields' in type ? (type.fields ?? []) : 'values' in type ? (type.values ?? []) : [];
  return nodes.map((node) => ({ coordinate: `${type.name.value}.${node.name.value}`, node }));
}

/** The texts of a directive's argument, one for each time it stands there. */
export function directiveTexts(
  node: { readonly directives?: TypeNodes['directives'] },
  directive: string,
  argument: string,
): string[] {
  return (node.directives ?? [])
    .filter(({ name }) => name.value === directive)
    .flatMap(({ arguments: given }) => given ?? [])
    .filter(({ name }) => name.value === argument)
    .flatMap(({ value }) => (value.kind === Kind.STRING ? [value.value] : []));
}

export function hasDirective(
  node: { readonly directives?: TypeNodes['directives'] },
  ...names: readonly string[]
): boolean {
  return (node.directives ?? []).some(({ name }) => names.includes(name.value));
}

/** Another domain's entity, known only to be led to. */
export function isStub(type: TypeNodes): boolean {
  const keys = (type.directives ?? []).filter(({ name }) => name.value === 'key');
  return (
    keys.length > 0 &&
    keys.every(({ arguments: given }) =>
      (given ?? []).some(
        ({ name, value }) => name.value === 'resolvable' && value.kind === Kind.BOOLEAN && !value.value,
      ),
    )
  );
}
