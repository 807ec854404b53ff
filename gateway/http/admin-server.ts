import fastify, { type FastifyInstance } from 'fastify';
import type { Metrics } from '../../src/observability/metrics.ts';
import { addHealthRoutes, type Health } from './health-routes.ts';

/** The operator's port: `/metrics` for Prometheus and the health of the process. Not for clients. */
export function createAdminServer(metrics: Metrics, health: () => Promise<Health>): FastifyInstance {
  const app = fastify({ logger: false, forceCloseConnections: true });
  app.get('/metrics', async (_request, reply) => {
    return reply.header('content-type', metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  addHealthRoutes(app, health);
  return app;
}
