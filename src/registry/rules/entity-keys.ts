import { Kind } from 'graphql';
import type { DraftDomain, DraftEntity, DraftField } from '../draft.ts';
import { featureTypeOf } from '../resolve-type.ts';
import { isNonNullType, typeText } from '../type-fit.ts';
import { entitiesOf, type Report, type Rule } from './rule.ts';

/** Join keys are plain, non-null fields of types whose values have one text each. */
export const entityKeys: Rule = {
  name: 'entity-keys',
  check(domains, report) {
    for (const [domain, entity] of entitiesOf(domains)) {
      checkKeys(domain, entity, report);
      for (const field of entity.joinKeys) checkJoinKey(domain, field, report);
    }
  },
};

const KEY_SCALARS: ReadonlySet<string> = new Set([
  'Int',
  'String',
  'ID',
  'BigInt',
  'UUID',
  'Boolean',
  'DateTime',
]);
const KEY_TYPES = `${[...KEY_SCALARS].join(', ')} or an enum`;

function checkKeys(domain: DraftDomain, entity: DraftEntity, report: Report): void {
  if (entity.type.kind === 'interface') {
    report(domain, entity.type.nameNode, {
      coordinate: entity.name,
      message: 'An interface has @key; only object types can be entities.',
      mend: 'Put @key on the object types.',
    });
  }
  entity.keys.forEach((key, index) => {
    if (key.names === null) {
      report(domain, key.node, {
        coordinate: entity.name,
        message: 'Expected @key(fields:) to name plain fields of the type, such as "origin dest".',
        mend: 'Make each part of the key a scalar field of its own.',
      });
      return;
    }
    for (const name of key.names) {
      if (entity.type.fields.has(name)) continue;
      report(domain, key.node, {
        coordinate: entity.name,
        message: `The key names "${name}", which is no field of ${entity.name}.`,
        mend: `Add the field \`${name}: ID!\`, or correct the key.`,
      });
    }
    if (new Set(key.names).size !== key.names.length) {
      report(domain, key.node, {
        coordinate: entity.name,
        message: 'The key names a field twice.',
        mend: 'Name each field once.',
      });
    }
    if (index > 0 && key.resolvable && !entity.isStub) {
      report(domain, key.node, {
        coordinate: entity.name,
        message: 'A second key, by which rows cannot be found: they are stored under the first.',
        mend: 'Take it away, or say `resolvable: false`.',
      });
    }
  });
}

function checkJoinKey(domain: DraftDomain, field: DraftField, report: Report): void {
  if (!isNonNullType(field.type)) {
    report(domain, field.node.type, {
      coordinate: field.coordinate,
      message: `A join key must be non-null, got ${typeText(field.type)}.`,
      mend: `Write \`${field.name}: ${typeText(field.type)}!\`.`,
    });
  }
  if ((field.node.arguments?.length ?? 0) > 0) {
    report(domain, field.node, {
      coordinate: field.coordinate,
      message: 'A join key has arguments.',
      mend: 'Take them away.',
    });
  }
  const resolved = featureTypeOf(domain, field);
  if (resolved === null) return;
  const type = 'type' in resolved ? resolved.type : undefined;
  if (type?.kind === 'enum' || (type?.kind === 'scalar' && KEY_SCALARS.has(type.name))) return;
  const inner = field.type.kind === Kind.NON_NULL_TYPE ? field.type.type : field.type;
  report(domain, field.node.type, {
    coordinate: field.coordinate,
    message: `A join key must be ${KEY_TYPES}, got ${typeText(inner)}.`,
    mend: 'Use one of these types.',
  });
}
