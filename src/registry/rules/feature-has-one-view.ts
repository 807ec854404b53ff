import type { DraftDomain, DraftField } from '../draft.ts';
import { entitiesOf, type Rule } from './rule.ts';

/**
 * A feature stored in two domains would be two values under one name, and the planner would pick either.
 * @shareable makes composition accept that, so that only this rule stands against it.
 */
export const featureHasOneView: Rule = {
  name: 'feature-has-one-view',
  check(domains, report) {
    const firsts = new Map<string, { domain: DraftDomain; field: DraftField }>();
    for (const [domain, entity] of entitiesOf(domains)) {
      for (const field of entity.type.fields.values()) {
        if (field.feature === undefined && field.onDemand === undefined) continue;
        const first = firsts.get(field.coordinate);
        if (first === undefined) {
          firsts.set(field.coordinate, { domain, field });
          continue;
        }
        if (isOverriding(field) || isOverriding(first.field)) continue;
        report(domain, (field.feature ?? field.onDemand)?.node, {
          coordinate: field.coordinate,
          message: `The feature is defined in ${first.domain.file} already${first.field.feature === undefined ? '' : ` (view "${first.field.feature.viewText}")`}.`,
          mend: 'Keep it in one domain, or rename one of the two. To use it here, make it @external and name it in @requires.',
        });
      }
    }
  },
};

/** While a feature moves from one domain to another, federation's @override says which of the two is asked. */
function isOverriding(field: DraftField): boolean {
  return (field.node.directives ?? []).some((directive) => directive.name.value === 'override');
}
