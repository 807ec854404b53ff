/** What each contestant of `bench tenancy` is started with: what it adds to answering. */
export const STEPS = ['nothing', 'identity', 'identity, budget', 'identity, budget, metering'] as const;
export type Step = (typeof STEPS)[number];

export interface TenancyArgument {
  readonly step: Step;
  /** Of the features, filled. */
  readonly folder: string;
  readonly usageFolder: string;
  /** Of the Redis that keeps budgets. */
  readonly redisPort: number;
}
