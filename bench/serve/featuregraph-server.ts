/** Contestant: our server as in production, metrics and logs and all, in one process. */
import { createApp } from '../../src/app.ts';
import { collectAsServer } from '../../src/cli/garbage-collection.ts';
import { openWorkspace } from '../../src/workspace.ts';
import { allocationTellers } from '../allocate/allocation-teller.ts';
import { givenArgument, JSON_HEADERS, standReady } from '../form/contestant.ts';
import { profileTellers } from '../profile/cpu-profiler.ts';
import { featuregraphConfig } from './featuregraph-config.ts';
import type { ServeArgument } from './serve-argument.ts';

collectAsServer();
const workspace = await openWorkspace(await featuregraphConfig(givenArgument<ServeArgument>()));
const app = await createApp(workspace);
const { url } = await app.listen();
standReady(
  { origin: url, path: '/graphql', headers: JSON_HEADERS },
  {
    ...profileTellers(),
    ...allocationTellers(),
    tiers: async () => (await workspace.metrics.tierReads.get()).values,
    ways: async () => (await workspace.metrics.executions.get()).values,
  },
);
