/** What every contestant of `bench gateway` is started with. */
import type { SubgraphName } from './graph-shape.ts';

export interface GatewayArgument {
  readonly urls: Readonly<Record<SubgraphName, string>>;
  /** A file with the composed graph. */
  readonly supergraphFile: string;
  /** Its own, empty. */
  readonly folder: string;
}
