import path from 'node:path';
import { z } from 'zod';
import { NAME_MAX_BYTES } from '../core/bounds.ts';
import type { ConfigProblem } from './config-problem.ts';
import { given, readTls, type TlsOptions, tlsShape } from './tls-shape.ts';

/** What the configuration says about subgraphs that run elsewhere, by name, with the files it names read. */
const url = z.url({ protocol: /^https?$/ });

export const subgraphsShape = z
  .record(
    z.string().min(1).max(NAME_MAX_BYTES),
    z.strictObject({
      url: url.optional().describe('not needed where `supergraph` has it'),
      sdlFile: z.string().min(1).optional().describe('where not published in schemaFolder'),
      own: z
        .boolean()
        .optional()
        .describe('one of ours: checks signed requests; so is what schemaFolder has'),
      signed: z
        .boolean()
        .optional()
        .describe('it is told who asks, by a JWT in featuregraph-context; so is every one of ours'),
      tls: tlsShape.describe('of an https URL; the gateway’s certificate makes it mutual'),
    }),
  )
  .default({})
  .describe('domains that run elsewhere; those not named run in this process');

export interface SubgraphOptions {
  /** Empty where the supergraph's own counts. */
  readonly url: string;
  /** Absolute. */
  readonly sdlFile?: string;
  readonly own?: boolean;
  readonly signed?: boolean;
  readonly tls?: TlsOptions;
}

interface Surroundings {
  /** That paths of files start from. */
  readonly folder: string;
  readonly supergraph: string | undefined;
  readonly problems: ConfigProblem[];
}

/**
 * @param supergraph where it is, which knows addresses of its own; `undefined` where there is none.
 * @param readFile tells its own problem, and returns `null` then.
 */
export function resolveSubgraphs(
  subgraphs: z.output<typeof subgraphsShape>,
  { folder, supergraph, problems }: Surroundings,
  readFile: (key: string, file: string) => string | null,
): Record<string, SubgraphOptions> {
  return Object.fromEntries(
    Object.entries(subgraphs).map(([name, { url = '', sdlFile, tls, ...rest }]) => {
      if (url === '' && supergraph === undefined)
        problems.push({ key: `subgraphs.${name}.url`, problem: 'is missing; expected a text' });
      const read = (key: string, file: string | undefined): string | undefined =>
        file === undefined ? undefined : (readFile(`subgraphs.${name}.tls.${key}`, file) ?? undefined);
      const files = {
        sdlFile: sdlFile === undefined ? undefined : path.resolve(folder, sdlFile),
        tls: readTls(tls, read),
      };
      return [name, given({ url, ...rest, ...files })];
    }),
  );
}
