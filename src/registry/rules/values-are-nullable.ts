import type { DraftField } from '../draft.ts';
import { isNonNullType, typeText } from '../type-fit.ts';
import { fieldsOf, type Rule } from './rule.ts';

/** What can fail is nullable: a non-null field takes its siblings, other domains' included, down with it. */
export const valuesAreNullable: Rule = {
  name: 'values-are-nullable',
  check(domains, report) {
    for (const [domain, field] of fieldsOf(domains)) {
      const why = whyNullable(field);
      if (why === undefined || !isNonNullType(field.type)) continue;
      const text = typeText(field.type);
      report(domain, field.node.type, {
        coordinate: field.coordinate,
        message: `Expected a nullable type, got ${text}: ${why}`,
        mend: `Write ${text.slice(0, -1)}.`,
      });
    }
  },
};

function whyNullable(field: DraftField): string | undefined {
  if (field.feature !== undefined) return 'a store can fail, and one failure must not erase its neighbours.';
  if (field.onDemand !== undefined)
    return 'an input or the function can fail, and one failure must not erase its neighbours.';
  if (field.reference !== undefined) return 'a reference whose key is null is null.';
  if (field.viewRead !== undefined)
    return 'with the domain down, it would take the whole answer, other domains included, with it.';
  if (field.lookup !== undefined && field.typeName === 'Query')
    return 'with the domain down, it would take the whole answer, other domains included, with it.';
  return undefined;
}
