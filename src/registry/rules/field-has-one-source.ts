import type { DraftDomain, DraftField } from '../draft.ts';
import { fieldsOf, type Report, type Rule } from './rule.ts';

/** Each field of an entity or root type gets its value from exactly one place; without one it is always null. */
export const fieldHasOneSource: Rule = {
  name: 'field-has-one-source',
  check(domains, report) {
    for (const [domain, field] of fieldsOf(domains)) {
      const entity = domain.entities.get(field.typeName);
      if (entity !== undefined) {
        if (!entity.isKeyKnown) continue;
        if (!entity.joinKeys.includes(field)) checkSources(domain, field, report);
        else checkJoinKey(domain, field, report);
      } else if (field.typeName === 'Query' || field.typeName === 'Mutation') {
        checkSources(domain, field, report);
      } else if (field.typeName === 'Subscription') {
        tellSubscription(domain, field, report);
      }
    }
  },
};

function sourcesOf(domain: DraftDomain, field: DraftField): string[] {
  const sources: string[] = [];
  if (field.feature !== undefined) sources.push('@feature');
  if (field.onDemand !== undefined) sources.push('@onDemand');
  if (field.reference !== undefined) sources.push('@reference');
  if (field.viewRead !== undefined) sources.push('@viewRead');
  if (field.lookup !== undefined) sources.push('@lookup');
  if (field.external !== undefined) sources.push('@external');
  const resolvers = domain.code.resolvers?.[field.typeName];
  if (resolvers !== undefined && Object.hasOwn(resolvers, field.name)) sources.push('a resolver');
  return sources;
}

function checkSources(domain: DraftDomain, field: DraftField, report: Report): void {
  const sources = sourcesOf(domain, field);
  if (sources.length === 1 || (sources.length === 0 && domain.codeIsElsewhere)) return;
  if (sources.length > 1) {
    report(domain, field.node.name, {
      coordinate: field.coordinate,
      message: `Expected one source of the value, got ${sources.join(' and ')}.`,
      mend: 'Keep one of them.',
    });
    return;
  }
  const isRoot = !domain.entities.has(field.typeName);
  report(domain, field.node.name, {
    coordinate: field.coordinate,
    message: 'Nothing says where the value comes from, so it would always be null.',
    mend: isRoot
      ? `Add ${field.typeName === 'Query' ? '@lookup, or ' : ''}a resolver under \`resolvers.${field.typeName}.${field.name}\` in the code beside the file.`
      : 'Add @feature, @onDemand, @reference or @viewRead, or a resolver in the code beside the file.',
  });
}

function checkJoinKey(domain: DraftDomain, field: DraftField, report: Report): void {
  // Older federation wants @external on the key of a stub; it does no harm.
  const sources = sourcesOf(domain, field).filter((source) => source !== '@external');
  if (sources.length === 0) return;
  report(domain, field.node.name, {
    coordinate: field.coordinate,
    message: `A join key comes with the question, but this one has ${sources.join(' and ')}.`,
    mend: 'Take the directive or resolver away.',
  });
}

function tellSubscription(domain: DraftDomain, field: DraftField, report: Report): void {
  report(domain, field.node.name, {
    coordinate: field.coordinate,
    message: 'Subscriptions are not served.',
    mend: 'Take the field away.',
  });
}
