/** `/health/live`, `/health/ready` and `/healthcheck` (the same as ready). No credential, because probes have none. */
import type { FastifyInstance } from 'fastify';
import { refuseOtherMethods } from './refuse-other-methods.ts';

export interface Health {
  /** About this process alone: whether its graph is loaded and it is not ending. */
  readonly ready: boolean;
  /** What stands behind it; told, but no reason to take every replica out of service at once. */
  readonly stores: Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>;
}

const PATHS = ['/health/live', '/health/ready', '/healthcheck'];

export function addHealthRoutes(app: FastifyInstance, health: () => Promise<Health>): void {
  for (const path of PATHS) refuseOtherMethods(app, path, ['GET']);
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
