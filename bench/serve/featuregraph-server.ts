/** Contestant: our server, all of it in one process: identity, metrics and logs as in production. */
import { createApp } from '../../src/app.ts';
import { openWorkspace } from '../../src/workspace.ts';
import { givenArgument, JSON_HEADERS, standReady } from '../form/contestant.ts';
import { featuregraphConfig } from './featuregraph-config.ts';
import type { ServeArgument } from './serve-argument.ts';

const { folder } = givenArgument<ServeArgument>();
const workspace = await openWorkspace(await featuregraphConfig(folder));
const app = await createApp(workspace);
const { url, apiKey } = await app.listen();
standReady({
  origin: url,
  path: '/graphql',
  headers: { ...JSON_HEADERS, authorization: `Bearer ${apiKey}` },
});
