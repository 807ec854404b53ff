/** What every contestant of `bench serve` is started with. */
export interface ServeArgument {
  /** Where its own files are, filled before it starts. */
  readonly folder: string;
  readonly viewCount: number;
}
