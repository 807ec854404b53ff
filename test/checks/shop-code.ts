import type { DomainCode } from '../../src/registry/registry.ts';

/** The code beside the shop's file, by case; most have none. */
const CODE: Readonly<Record<string, DomainCode>> = {
  'enum-value-mismatch': answers('Query', 'felt'),
  'external-missing-on-base': answers('Product', 'isPopular'),
  'external-type-mismatch': answers('Product', 'isPopular'),
  'field-argument-added': answers('Query', 'newest'),
  'field-type-changed': answers('Query', 'count'),
  'field-type-mismatch': answers('Product', 'votes'),
  'invalid-field-sharing': answers('Product', 'votes'),
  'list-size-invalid-slicing-argument': answers('Query', 'newest'),
  'missing-descriptions': answers('Query', 'newest'),
  'missing-transitive-auth-requirements': answers('Product', 'isCostly'),
  'override-from-self-error': answers('Product', 'votes'),
  'required-input-field-missing-in-some-subgraph': answers('Query', 'newest'),
  'resolvers-have-fields': answers('Query', 'newest'),
  'on-demand-inputs-exist': computes({ inEuros: ['Int'] }),
  'transforms-fit': computes({ inEuros: ['Int'] }),
  'requires-are-external': computes({ perYear: ['Int', 'Int'] }),
};

/** Of every case of a change. */
export const CODE_OF_CHANGES: DomainCode = computes({ inEuros: ['Float'], inEurosWithTax: ['Float'] });

export function codeOf(name: string): DomainCode {
  return CODE[name] ?? {};
}

function answers(type: string, field: string): DomainCode {
  return { resolvers: { [type]: { [field]: () => null } } };
}

/** @param transforms name → types of its inputs. */
function computes(transforms: Readonly<Record<string, readonly string[]>>): DomainCode {
  return {
    transforms: Object.fromEntries(
      Object.entries(transforms).map(([name, types]) => [
        name,
        {
          inputs: Object.fromEntries(types.map((type, i) => [`input${i}`, type])),
          output: 'Float',
          compute: () => 1,
        },
      ]),
    ),
  };
}
