import type { DomainCode } from '../../../../src/registry/registry.ts';

/** The shop's code, beside its file. */
export const transforms: NonNullable<DomainCode['transforms']> = {
  perYear: { inputs: { orders: 'Int', year: 'Int' }, output: 'Float', compute: () => 1 },
};
