/** `/health/live`, `/health/ready` and `/healthcheck` (the same as ready). No credential, because probes have none. */
import type { FastifyInstance } from 'fastify';

export interface Health {
  /** About this process alone: whether its graph is loaded and it is not ending. */
  readonly ready: boolean;
  /** What stands behind it; told, but no reason to take every replica out of service at once. */
  readonly stores: Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>;
}

export function addHealthRoutes(app: FastifyInstance, health: () => Promise<Health>): void {
  app.get('/health/live', async () => ({ status: 'live' }));
  for (const path of ['/health/ready', '/healthcheck']) {
    app.get(path, async (_request, reply) => {
      const { ready, stores } = await health();
      const degraded = Object.values(stores).some((store) => !store.ok);
      const status = ready ? (degraded ? 'degraded' : 'ready') : 'not ready';
      return reply.code(ready ? 200 : 503).send({ status, stores });
    });
  }
}
