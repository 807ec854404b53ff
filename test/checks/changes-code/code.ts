import type { DomainCode } from '../../../src/registry/registry.ts';

/** The shop's code, beside each of its files. */
export const transforms: NonNullable<DomainCode['transforms']> = {
  inEuros: { inputs: { cents: 'Float' }, output: 'Float', compute: ({ cents }) => Number(cents) / 100 },
  inEurosWithTax: {
    inputs: { cents: 'Float' },
    output: 'Float',
    compute: ({ cents }) => Number(cents) * 0.0119,
  },
};
