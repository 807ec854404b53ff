import { didYouMean } from '../../core/nearest-name.ts';
import type { DraftDomain, DraftEntity, DraftField } from '../draft.ts';
import { featureTypeOf } from '../resolve-type.ts';
import { entitiesOf, type Report, type Rule } from './rule.ts';

/** What @requires brings in is an @external field of the entity, and every @external field is brought in. */
export const requiresAreExternal: Rule = {
  name: 'requires-are-external',
  check(domains, report) {
    for (const [domain, entity] of entitiesOf(domains)) {
      const required = new Set<string>();
      for (const field of entity.type.fields.values()) {
        if (field.requires === undefined) continue;
        for (const name of field.requires.names ?? []) required.add(name);
        checkRequires(domain, entity, field, report);
      }
      for (const field of entity.type.fields.values()) {
        if (field.external !== undefined && !entity.joinKeys.includes(field))
          checkExternal(domain, field, required, report);
      }
    }
  },
};

function checkRequires(domain: DraftDomain, entity: DraftEntity, field: DraftField, report: Report): void {
  const { requires } = field;
  if (requires === undefined) return;
  const tell = (message: string, mend: string) =>
    report(domain, requires.node, { coordinate: field.coordinate, message, mend });
  if (requires.names === null) {
    tell(
      'Expected @requires(fields:) to name plain fields of the entity; selections inside them are not served yet.',
      'Name @external features, such as "seats builtYear".',
    );
  }
  for (const name of requires.names ?? []) {
    const needed = entity.type.fields.get(name);
    if (needed === undefined) {
      tell(
        `@requires names "${name}", which is no field of ${entity.name} here.${didYouMean(name, entity.type.fields.keys())}`,
        `Add the other domain's field with its type and @external: \`${name}: … @external\`.`,
      );
    } else if (needed.external === undefined) {
      tell(
        `@requires names "${name}", which is this domain's own.`,
        'Take it out of @requires; an input needs no more than its name.',
      );
    }
  }
  if (field.onDemand === undefined && field.reference === undefined && !hasResolver(domain, field)) {
    tell('@requires is on a field that computes nothing.', 'Add @onDemand, or take @requires away.');
  }
}

function hasResolver(domain: DraftDomain, field: DraftField): boolean {
  const resolvers = domain.code.resolvers?.[field.typeName];
  if (domain.codeIsElsewhere) return true;
  return resolvers !== undefined && Object.hasOwn(resolvers, field.name);
}

function checkExternal(
  domain: DraftDomain,
  field: DraftField,
  required: ReadonlySet<string>,
  report: Report,
): void {
  const tell = (message: string, mend: string) =>
    report(domain, field.external, { coordinate: field.coordinate, message, mend });
  if (!required.has(field.name)) {
    tell(
      'The @external field is used by no @requires.',
      `Add \`@requires(fields: "${field.name}")\` where it is needed, or take it away.`,
    );
  }
  const resolved = featureTypeOf(domain, field);
  if (resolved !== null && 'problem' in resolved) tell(resolved.problem, resolved.mend);
}
