import type { Command } from 'commander';
import { createSubgraphApp } from '../../subgraph-app.ts';
import { openWorkspace } from '../../workspace.ts';
import { type CommonOptions, configOf, withServer } from '../common-options.ts';
import { watchForEnding } from '../ending.ts';
import { examples } from '../examples.ts';
import { note, paint } from '../output.ts';

/** `featuregraph subgraph <domain>`: one domain as a process of its own. */
export function addSubgraph(program: Command): void {
  withServer(program.command('subgraph'))
    .argument('<domain>', 'name of its SDL file, without the ending')
    .summary('serve one domain as a process of its own')
    .description(
      'Serves one domain as a subgraph. It answers its gateway only: requests must be signed with the key whose public half it has.',
    )
    .addHelpText(
      'after',
      examples(['subgraph fleet --port 4011 --admin-port 0', 'the domain of schema/fleet.graphql']),
    )
    .action(async (domain: string, options: CommonOptions) => {
      const config = await configOf(options);
      const ending = watchForEnding();
      const workspace = await openWorkspace(config);
      try {
        const app = await createSubgraphApp(workspace, domain);
        const { url, adminUrl } = await app.listen();
        note(
          `\n  Subgraph ${paint.bold(domain)}   ${url}\n  Metrics    ${adminUrl}/metrics\n\nCtrl-C ends it.`,
        );
        await ending.wanted;
        await ending.close(() => app.close());
      } finally {
        await workspace.close();
      }
    });
}
