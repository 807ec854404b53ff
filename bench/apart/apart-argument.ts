/** What the contestants of `bench apart` are started with. */
import type { ServeArgument } from '../serve/serve-argument.ts';

export interface ApartArgument extends ServeArgument {
  /** Whether subgraphs execute all by graphql-js. */
  readonly isInterpreted: boolean;
}
