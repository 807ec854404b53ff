import type { Command } from 'commander';
import { type CommonOptions, configOf, parseWorkerCount, withServer } from '../common-options.ts';
import { examples } from '../examples.ts';
import { serveGateway } from '../serve.ts';

/** `featuregraph gateway`: as in production; domains named under `subgraphs`, or all of a supergraph, run elsewhere. */
export function addGateway(program: Command): void {
  withServer(program.command('gateway'))
    .summary('serve the gateway, as in production')
    .description(
      'Composes the domains and serves the graph. Domains named under `subgraphs` in the configuration are asked over HTTP, the others run in this process. With --supergraph it serves a graph that was composed elsewhere, whose subgraphs are all asked over HTTP: no schema folder, no registry, no store.',
    )
    .option('--supergraph <file or address>', 'serve this composed supergraph alone')
    .option('--workers <number>', 'processes that share the port, and the machine’s cores', parseWorkerCount)
    .option('--anonymous', 'serve requests without a credential')
    .addHelpText(
      'after',
      examples(
        ['gateway', 'as the configuration says'],
        ['gateway --host 0.0.0.0', 'reachable from other machines'],
        ['gateway --workers 4', 'on four cores'],
        ['gateway --supergraph supergraph.graphql', 'a graph composed elsewhere'],
      ),
    )
    .action(async ({ workers = 1, ...options }: CommonOptions & { readonly workers?: number }) =>
      serveGateway(await configOf(options), { workers }),
    );
}
