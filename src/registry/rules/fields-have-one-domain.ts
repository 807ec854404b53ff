import type { DraftDomain, DraftField } from '../draft.ts';
import { fieldsOf, type Rule } from './rule.ts';

/** A root field, or an entity's field that is no feature, is one domain's: nobody can say whose answer counts. */
export const fieldsHaveOneDomain: Rule = {
  name: 'fields-have-one-domain',
  check(domains, report) {
    const firsts = new Map<string, { domain: DraftDomain; field: DraftField }>();
    for (const [domain, field] of fieldsOf(domains)) {
      if (!isOneDomains(domain, field)) continue;
      const first = firsts.get(field.coordinate);
      if (first === undefined) {
        firsts.set(field.coordinate, { domain, field });
        continue;
      }
      if (first.domain === domain) continue;
      if (has(field, 'override') || has(first.field, 'override')) continue;
      if (has(field, 'shareable') && has(first.field, 'shareable')) continue;
      report(domain, field.node.name, {
        coordinate: field.coordinate,
        message: `The field is defined in ${first.domain.file} already.`,
        mend: 'Keep it in one domain, or rename one of the two.',
      });
    }
  },
};

/** Features are another rule's, which @shareable does not soften. */
function isOneDomains(domain: DraftDomain, field: DraftField): boolean {
  if (field.typeName === 'Query' || field.typeName === 'Mutation') return true;
  const entity = domain.entities.get(field.typeName);
  if (entity === undefined || entity.joinKeys.includes(field)) return false;
  return field.feature === undefined && field.onDemand === undefined && field.external === undefined;
}

function has(field: DraftField, directive: string): boolean {
  return (field.node.directives ?? []).some((candidate) => candidate.name.value === directive);
}
