import { entitiesOf, type Rule } from './rule.ts';

/** A feature says what it means: whoever trains on it later has nothing else to go by. */
export const featuresAreDescribed: Rule = {
  name: 'features-are-described',
  check(domains, report) {
    for (const [domain, entity] of entitiesOf(domains)) {
      for (const field of entity.type.fields.values()) {
        if (field.feature === undefined && field.onDemand === undefined) continue;
        if ((field.node.description?.value.trim() ?? '') !== '') continue;
        report(domain, field.node, {
          coordinate: field.coordinate,
          message: 'The feature has no description.',
          mend: 'Say on the line above it, in quotes, what it means and in which unit.',
        });
      }
    }
  },
};
