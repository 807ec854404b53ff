/** `featuregraph`: what a configuration file and the code beside the SDL import. */
export { type ConfigInput, defineConfig } from './config.ts';
export type { DomainCode, Transform, TransformContext } from './registry/registry.ts';
export type { TeamResolver } from './subgraph/team-resolver.ts';
