/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  /** Where it was said: `port`, `store.kind`, `FEATUREGRAPH_PORT`, `--port`. */
  readonly key: string;
  readonly problem: string;
}
