/** The program `featuregraph subgraph`: one domain and its operators' port. */
import { createAdminServer } from '../gateway/http/admin-server.ts';
import { systemClock } from './core/clock.ts';
import { didYouMean } from './core/nearest-name.ts';
import { listenOn } from './front.ts';
import { executionCounter } from './observability/count-execution.ts';
import { internalErrorLog, subgraphOf } from './served-graph.ts';
import { signingKeys } from './signing-keys.ts';
import { startSubgraphServer } from './subgraph/subgraph-server.ts';
import { createContextVerifier, SIGNED_CONTEXT_HEADER } from './tenancy/signed-context.ts';
import type { Workspace } from './workspace.ts';

export interface SubgraphAddresses {
  /** `http://127.0.0.1:4011/graphql` */
  readonly url: string;
  readonly adminUrl: string;
}

/** One domain as a server of its own, which answers the gateway's signed requests only. */
export async function createSubgraphApp(
  workspace: Workspace,
  domainName: string,
): Promise<{ listen(): Promise<SubgraphAddresses>; close(): Promise<void> }> {
  const { config, clock, registry, store, metrics } = workspace;
  const names = registry.domains.map(({ name }) => name);
  if (!names.includes(domainName)) {
    throw new Error(
      `No domain ${domainName} in ${config.schemaFolder}; expected one of ${names.join(', ')}.${didYouMean(domainName, names)}`,
    );
  }
  const subgraph = subgraphOf(workspace, domainName);
  const { publicKeyPem } = await signingKeys(config);
  const verifier = createContextVerifier(publicKeyPem, domainName, clock, systemClock);
  let running: Awaited<ReturnType<typeof startSubgraphServer>> | null = null;
  const admin = createAdminServer(metrics.registry, async () => ({
    ready: running !== null,
    stores: await workspace.databases.check(),
  }));
  return {
    listen: async () => {
      await workspace.sourceWatch.start([config.namespace]);
      running = await startSubgraphServer({
        subgraph,
        host: config.host,
        port: config.port,
        authenticate: (headers, body) => verifier.verify(headerOf(headers[SIGNED_CONTEXT_HEADER]), body),
        checkStore: () => store.check(),
        onInternalError: internalErrorLog(workspace),
        onRefused: (refusal) => workspace.logger.info(refusal, 'answered'),
        onExecuted: executionCounter(metrics),
      });
      const adminUrl = await listenOn(admin, config.host, config.adminPort, '--admin-port').catch(
        async (error: unknown) => {
          await running?.close();
          throw error;
        },
      );
      return { url: running.url, adminUrl };
    },
    close: async () => {
      await running?.close();
      await admin.close();
    },
  };
}

function headerOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
