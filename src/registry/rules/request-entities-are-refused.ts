import type { Rule } from './rule.ts';

/** Request entities have their place in the schema, and are said plainly not to be served yet. */
export const requestEntitiesAreRefused: Rule = {
  name: 'request-entities-are-refused',
  check(domains, report) {
    for (const domain of domains) {
      for (const type of domain.types.values()) {
        if (!type.isRequestEntity) continue;
        report(
          domain,
          type.directives.find((directive) => directive.name.value === 'requestEntity'),
          {
            coordinate: type.name,
            message: 'Request entities are not served yet.',
            mend: 'Take the type and its lookups away; give request data as arguments of @onDemand features.',
          },
        );
      }
    }
  },
};
