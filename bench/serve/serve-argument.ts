/** What every contestant of `bench serve` is started with. */
export type StoreKind = 'redis' | 'lmdb' | 'memory';

export interface ServeArgument {
  readonly store: StoreKind;
  /** Where its own files are, filled before it starts. */
  readonly folder: string;
  /** Of the Redis that all share, where the store is one. */
  readonly redisPort: number | null;
}
