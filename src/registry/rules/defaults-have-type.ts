import { describeType } from '../../core/feature-type.ts';
import { isValueProblem, parseFeatureValue } from '../../core/feature-value.ts';
import { knownTypeOf } from '../resolve-type.ts';
import { entitiesOf, type Rule } from './rule.ts';

/** A default is a value of its field's type: it is served as it stands, and no other tool looks at it. */
export const defaultsHaveType: Rule = {
  name: 'defaults-have-type',
  check(domains, report) {
    for (const [domain, entity] of entitiesOf(domains)) {
      for (const field of entity.type.fields.values()) {
        const given = field.feature ?? field.onDemand;
        if (given === undefined || !given.hasDefault) continue;
        const type = knownTypeOf(domain, field);
        if (type === undefined) continue;
        if (given.default === null) {
          report(domain, given.node, {
            coordinate: field.coordinate,
            message: 'The default is null, which is what is served without one.',
            mend: 'Take `default` away, or give a value.',
          });
          continue;
        }
        const parsed = parseFeatureValue(type, given.default);
        if (!isValueProblem(parsed)) continue;
        report(domain, given.node, {
          coordinate: field.coordinate,
          message: `The default does not have the type ${describeType(type)}: expected ${parsed.expected}${parsed.at === '' ? '' : ` at ${parsed.at}`}, got ${parsed.received}.`,
          mend: 'Write a value of the type.',
        });
      }
    }
  },
};
