import type { TypeNode } from 'graphql';
import type { DraftDomain, DraftEntity, DraftField } from '../draft.ts';
import { pathKind } from '../path-kind.ts';
import { namedTypeOf } from '../platform-definitions.ts';
import { isListType } from '../resolve-type.ts';
import { isNonNullType, typeFits, typeText } from '../type-fit.ts';
import { wrongPath } from './on-demand-inputs-exist.ts';
import { entitiesOf, type Report, type Rule } from './rule.ts';

/** A reference leads to a known entity and gives a value of the right type for each of its join keys. */
export const referencesFit: Rule = {
  name: 'references-fit',
  check(domains, report) {
    for (const [domain, entity] of entitiesOf(domains)) {
      for (const field of entity.type.fields.values()) {
        if (field.reference !== undefined) checkReference(domain, entity, field, report);
      }
    }
  },
};

type Tell = (message: string, mend: string) => void;

function checkReference(domain: DraftDomain, entity: DraftEntity, field: DraftField, report: Report): void {
  const { reference } = field;
  if (reference === undefined) return;
  const tell: Tell = (message, mend) =>
    report(domain, reference.node, { coordinate: field.coordinate, message, mend });
  const targetName = namedTypeOf(field.type);
  if (isListType(field.type)) {
    tell(`A reference leads to one entity, got ${typeText(field.type)}.`, `Write ${targetName}.`);
    return;
  }
  const target = domain.entities.get(targetName);
  if (target === undefined) {
    tell(
      `${targetName} is no entity here: it has no @key in this file.`,
      `Add a stub: \`type ${targetName} @key(fields: "…", resolvable: false) { … }\`.`,
    );
    return;
  }
  if (!target.isKeyKnown) return;
  const { key } = reference;
  const targetNames = target.joinKeys.map((joinKey) => joinKey.name).join(', ');
  if (key.length !== target.joinKeys.length) {
    tell(
      `The key of ${targetName} has ${target.joinKeys.length} parts (${targetNames}), but ${key.length} are given.`,
      'Name one field or argument for each, in their order.',
    );
    return;
  }
  key.forEach((path, index) => {
    checkPart(entity, field, path, target.joinKeys[index] as DraftField, tell);
  });
  for (const argument of field.node.arguments ?? []) {
    if (!key.includes(argument.name.value))
      tell(
        `The argument "${argument.name.value}" is no part of the key.`,
        'Name it in the key, or take it away.',
      );
  }
}

function checkPart(
  entity: DraftEntity,
  field: DraftField,
  path: string,
  joinKey: DraftField,
  tell: Tell,
): void {
  const argument = (field.node.arguments ?? []).find((candidate) => candidate.name.value === path);
  const kind = pathKind(entity, path);
  if (argument !== undefined && kind !== undefined) {
    tell(`"${path}" is both a field of ${entity.name} and an argument.`, 'Rename the argument.');
    return;
  }
  if (argument === undefined && kind === undefined) {
    const { message, mend } = wrongPath(entity, path);
    tell(`The key ${message}`, mend);
    return;
  }
  const source = entity.type.fields.get(path);
  if (kind === 'external' && !(field.requires?.names ?? []).includes(path)) {
    tell(
      `The key "${path}" belongs to another domain, and nothing asks for it.`,
      `Add \`@requires(fields: "${path}")\` to the field.`,
    );
  }
  if (kind === 'onDemand' && (source?.node.arguments?.length ?? 0) > 0)
    tell(`The key "${path}" has arguments, which nobody would give.`, 'Name another field.');
  const type = (argument?.type ?? source?.type) as TypeNode;
  if (typeFits(type, joinKey.type)) return;
  const bare = isNonNullType(joinKey.type) ? typeText(joinKey.type).slice(0, -1) : typeText(joinKey.type);
  tell(
    `${joinKey.coordinate} is ${bare}, but "${path}" is ${typeText(type)}.`,
    `Name a value of type ${bare}.`,
  );
}
