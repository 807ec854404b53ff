/** What the program of `bench tenancy` is started with, and what its contestants add to answering, one after the other. */
export const STEPS = ['nothing', 'identity', 'identity, budget', 'identity, budget, metering'] as const;
export type Step = (typeof STEPS)[number];

export interface TenancyArgument {
  /** Of the features, filled. */
  readonly folder: string;
  readonly usageFolder: string;
  /** Of the Redis that keeps budgets. */
  readonly redisPort: number;
}
