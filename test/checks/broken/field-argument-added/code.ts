import type { DomainCode } from '../../../../src/registry/registry.ts';

/** The shop's code, beside its file. */
export const resolvers: NonNullable<DomainCode['resolvers']> = { Query: { newest: () => [] } };
