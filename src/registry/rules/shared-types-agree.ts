import type { ASTNode } from 'graphql';
import type { DraftDomain } from '../draft.ts';
import { compareNames } from '../layout.ts';
import { typeText } from '../type-fit.ts';
import type { Rule } from './rule.ts';

/** A struct, enum or input that two domains define is the same in both: composition merges differing ones in silence. */
export const sharedTypesAgree: Rule = {
  name: 'shared-types-agree',
  check(domains, report) {
    const firsts = new Map<string, { domain: DraftDomain; shape: string }>();
    for (const domain of domains) {
      for (const { name, node, shape } of sharedTypesOf(domain)) {
        const first = firsts.get(name);
        if (first === undefined) {
          firsts.set(name, { domain, shape });
        } else if (first.shape !== shape) {
          report(domain, node, {
            coordinate: name,
            message: `${name} is ${shape} here, but ${first.shape} in ${first.domain.file}.`,
            mend: 'Make both equal, or rename one of the two.',
          });
        }
      }
    }
  },
};

interface SharedType {
  readonly name: string;
  readonly node: ASTNode;
  readonly shape: string;
}

function* sharedTypesOf(domain: DraftDomain): Generator<SharedType> {
  for (const type of domain.types.values()) {
    if (type.isEntity || ROOTS.has(type.name)) continue;
    const fields = [...type.fields.values()].map((field) => `${field.name}: ${typeText(field.type)}`);
    yield { name: type.name, node: type.nameNode, shape: shapeOf(type.kind, fields) };
  }
  for (const [name, node] of domain.enums) {
    const values = (node.values ?? []).map((value) => value.name.value);
    yield { name, node: node.name, shape: shapeOf('enum', values) };
  }
  for (const [name, node] of domain.inputs) {
    const fields = (node.fields ?? []).map((field) => `${field.name.value}: ${typeText(field.type)}`);
    yield { name, node: node.name, shape: shapeOf('input', fields) };
  }
  for (const name of domain.ownScalars) yield { name, node: domain.authored, shape: 'scalar' };
}

const ROOTS: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);

/** In the order of names, so that it does not matter where a line stands. */
function shapeOf(kind: string, parts: readonly string[]): string {
  return `${kind} { ${[...parts].sort(compareNames).join(', ')} }`;
}
