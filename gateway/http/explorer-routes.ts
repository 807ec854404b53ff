import { createReadStream } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { EXPLORER_SECURITY_POLICY, explorerFiles, explorerHtml } from '../explorer/explorer-page.ts';

/** The explorer at `/`, and its files below `/explorer/`. They need no credential; what the page sends has one. */
export interface ExplorerOptions {
  readonly apiKey: string | null;
  readonly defaultQuery: string;
}

/** The files change only with the installed version, but a browser must not keep them past a reinstall for long. */
const FILE_CACHE_SECONDS = 300;

export function isExplorerPath(path: string): boolean {
  return path === '/' || path.startsWith('/explorer/');
}

export function addExplorerRoutes(app: FastifyInstance, options: ExplorerOptions): void {
  const html = explorerHtml({ endpoint: '/graphql', ...options });
  app.get('/', async (_request, reply) =>
    reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', EXPLORER_SECURITY_POLICY)
      .header('cache-control', 'no-store') // it holds the key of this run
      .send(html),
  );
  for (const [path, { contentType, file }] of explorerFiles()) {
    app.get(path, async (_request, reply) =>
      reply
        .header('content-type', contentType)
        .header('cache-control', `max-age=${FILE_CACHE_SECONDS}`)
        .send(createReadStream(file)),
    );
  }
}
