import { namedTypeOf } from '../platform-definitions.ts';
import { isListType } from '../resolve-type.ts';
import { typeText } from '../type-fit.ts';
import { entitiesOf, type Rule } from './rule.ts';

/** A field with @viewRead has the type ViewRead and no arguments. */
export const viewReadsHaveType: Rule = {
  name: 'view-reads-have-type',
  check(domains, report) {
    for (const [domain, entity] of entitiesOf(domains)) {
      for (const field of entity.type.fields.values()) {
        if (field.viewRead === undefined) continue;
        if (namedTypeOf(field.type) !== 'ViewRead' || isListType(field.type)) {
          report(domain, field.node.type, {
            coordinate: field.coordinate,
            message: `Expected the type ViewRead, got ${typeText(field.type)}.`,
            mend: 'Write ViewRead.',
          });
        }
        if ((field.node.arguments?.length ?? 0) > 0) {
          report(domain, field.node, {
            coordinate: field.coordinate,
            message: 'A field with @viewRead has arguments, which nothing would look at.',
            mend: 'Take them away.',
          });
        }
      }
    }
  },
};
