import type { DraftDomain, DraftEntity, DraftField } from '../draft.ts';
import { entitiesOf, fieldsOf, type Report, type Rule } from './rule.ts';

/** Directives stand where they mean something: features on entities of one's own, lookups at the root. */
export const directivesHavePlace: Rule = {
  name: 'directives-have-place',
  check(domains, report) {
    for (const domain of domains) checkViewsOffEntities(domain, report);
    for (const [domain, field] of fieldsOf(domains)) checkField(domain, field, report);
    for (const [domain, entity] of entitiesOf(domains)) {
      if (entity.isStub) checkStub(domain, entity, report);
    }
  },
};

function checkViewsOffEntities(domain: DraftDomain, report: Report): void {
  for (const type of domain.types.values()) {
    if (type.isEntity) continue;
    for (const directive of type.directives) {
      if (directive.name.value !== 'view' && directive.name.value !== 'requestEntity') continue;
      report(domain, directive, {
        coordinate: type.name,
        message: `@${directive.name.value} is on ${type.name}, which is no entity: it has no @key.`,
        mend: `Add \`@key(fields: "…")\` to ${type.name}, or take the directive away.`,
      });
    }
  }
}

function checkField(domain: DraftDomain, field: DraftField, report: Report): void {
  const entity = domain.entities.get(field.typeName);
  const onEntities = [
    ['feature', field.feature],
    ['onDemand', field.onDemand],
    ['reference', field.reference],
    ['viewRead', field.viewRead],
  ] as const;
  for (const [name, directive] of onEntities) {
    if (directive === undefined || entity !== undefined) continue;
    report(domain, directive.node, {
      coordinate: field.coordinate,
      message: `@${name} is on a field of ${field.typeName}, which is no entity: it has no @key.`,
      mend: `Add \`@key(fields: "…")\` to ${field.typeName}, or move the field to an entity.`,
    });
  }
  if (field.lookup !== undefined && field.typeName !== 'Query') {
    report(domain, field.lookup.node, {
      coordinate: field.coordinate,
      message: `@lookup is on a field of ${field.typeName}; expected a field of Query.`,
      mend: 'Move the field to Query, or lead to the entity with @reference.',
    });
  }
  if (field.vector !== undefined && field.feature === undefined && field.onDemand === undefined) {
    report(domain, field.vector.node, {
      coordinate: field.coordinate,
      message: '@vector is on a field that is neither a @feature nor @onDemand.',
      mend: 'Add `@feature(view: "…")`, or take @vector away.',
    });
  }
}

function checkStub(domain: DraftDomain, entity: DraftEntity, report: Report): void {
  if (entity.views.length > 0 || [...entity.type.fields.values()].some(hasMeaning)) {
    report(domain, entity.keys[0]?.node, {
      coordinate: entity.name,
      message: `${entity.name} has views or features here, but its key says \`resolvable: false\`: nothing of it could be read.`,
      mend: `Take \`resolvable: false\` away, or the views and features.`,
    });
  }
}

function hasMeaning(field: DraftField): boolean {
  return (
    field.feature !== undefined ||
    field.onDemand !== undefined ||
    field.reference !== undefined ||
    field.viewRead !== undefined
  );
}
