/** Contestant: our gateway over a supergraph composed elsewhere, with credential, metrics and logs as in production. */

import { randomBytes } from 'node:crypto';
import { collectAsServer } from '../../src/cli/garbage-collection.ts';
import { loadConfig } from '../../src/config.ts';
import { createSupergraphApp } from '../../src/supergraph-app.ts';
import { createApiKey } from '../../src/tenancy/api-key.ts';
import { givenArgument, JSON_HEADERS, standReady } from '../form/contestant.ts';
import type { GatewayArgument } from './gateway-argument.ts';

collectAsServer();

const { supergraphFile, folder } = givenArgument<GatewayArgument>();
const { text: apiKey } = createApiKey(randomBytes);
const config = await loadConfig({
  cwd: folder,
  env: { FEATUREGRAPH_API_KEY: apiKey },
  flags: { port: 0, adminPort: 0, deadlineMs: 10_000 },
});
const app = await createSupergraphApp(config, supergraphFile);
const { url } = await app.listen();
standReady({
  origin: url,
  path: '/graphql',
  headers: { ...JSON_HEADERS, authorization: `Bearer ${apiKey}` },
});
