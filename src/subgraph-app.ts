import { systemClock } from './core/clock.ts';
import { internalErrorLog, subgraphOf } from './served-graph.ts';
import { signingKeys } from './signing-keys.ts';
import { startSubgraphServer } from './subgraph/subgraph-server.ts';
import { createContextVerifier, SIGNED_CONTEXT_HEADER } from './tenancy/signed-context.ts';
import type { Workspace } from './workspace.ts';

/** One domain as a server of its own, which answers the gateway's signed requests only. */
export async function createSubgraphApp(
  workspace: Workspace,
  domainName: string,
): Promise<{ listen(): Promise<{ readonly url: string }>; close(): Promise<void> }> {
  const { config, clock, registry, store } = workspace;
  if (!registry.domains.some(({ name }) => name === domainName)) {
    throw new Error(
      `No domain ${domainName} in ${config.schemaFolder}; expected one of ${registry.domains.map(({ name }) => name).join(', ')}.`,
    );
  }
  const subgraph = subgraphOf(workspace, domainName);
  const { publicKeyPem } = await signingKeys(config);
  const verifier = createContextVerifier(publicKeyPem, domainName, clock, systemClock);
  let running: Awaited<ReturnType<typeof startSubgraphServer>> | null = null;
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
      });
      return { url: running.url };
    },
    close: async () => running?.close(),
  };
}

function headerOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
