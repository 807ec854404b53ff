import { didYouMean } from '../../core/nearest-name.ts';
import type { DraftDomain } from '../draft.ts';
import type { Report, Rule } from './rule.ts';

/** Every resolver that a team registers belongs to a field: a misspelt one would never be called. */
export const resolversHaveFields: Rule = {
  name: 'resolvers-have-fields',
  check(domains, report) {
    for (const domain of domains) {
      for (const [typeName, fields] of Object.entries(domain.code.resolvers ?? {}))
        checkType(domain, typeName, Object.keys(fields), report);
    }
  },
};

function checkType(domain: DraftDomain, typeName: string, fields: readonly string[], report: Report): void {
  const type = domain.types.get(typeName);
  if (type === undefined) {
    report(domain, undefined, {
      coordinate: typeName,
      message: `The code has resolvers for ${typeName}, which is no type of the file.${didYouMean(typeName, domain.types.keys())}`,
      mend: `Correct the name under \`resolvers\`, or take it away.`,
    });
    return;
  }
  for (const field of fields) {
    if (type.fields.has(field)) continue;
    report(domain, type.nameNode, {
      coordinate: `${typeName}.${field}`,
      message: `The code has a resolver for "${field}", which is no field of ${typeName}.${didYouMean(field, type.fields.keys())}`,
      mend: 'Add the field to the type, or correct the name under `resolvers`.',
    });
  }
}
