import type { DomainCode } from '../../../../src/registry/registry.ts';

/** The shop's code, beside its file. */
export const transforms: NonNullable<DomainCode['transforms']> = {
  inEuros: { inputs: { cents: 'Int' }, output: 'Float', compute: ({ cents }) => Number(cents) / 100 },
};
