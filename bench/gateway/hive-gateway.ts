/**
 * Contestant: Hive Gateway on Node with its planner in Rust, as its documentation says for production: the runtime
 * behind node:http, no landing page, no logs. Requests in flight are not shared, as with all contestants.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import http from '@graphql-mesh/transport-http';
import { givenArgument, JSON_HEADERS, standReady } from '../form/contestant.ts';
import type { GatewayArgument } from './gateway-argument.ts';

const { supergraphFile } = givenArgument<GatewayArgument>();
const runtime = createGatewayRuntime({
  supergraph: readFileSync(supergraphFile, 'utf8'),
  unifiedGraphHandler,
  transports: { http },
  transportEntries: { '*.http': { options: { deduplicateInflightRequests: false } } },
  inboundInflightRequestDeduplication: false,
  logging: false,
  landingPage: false,
  graphiql: false,
  healthCheckEndpoint: '/healthcheck',
});
const server = createServer(runtime);
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  standReady({ origin: `http://127.0.0.1:${port}`, path: '/graphql', headers: JSON_HEADERS });
});
