import fastify, { type FastifyInstance } from 'fastify';
import { addHealthRoutes, type Health } from './health-routes.ts';

/** What `/metrics` tells. */
export interface MetricsText {
  readonly contentType: string;
  metrics(): Promise<string>;
}

/** The operator's port: `/metrics` for Prometheus and the health of the process. Not for clients. */
export function createAdminServer(metrics: MetricsText, health: () => Promise<Health>): FastifyInstance {
  const app = fastify({ logger: false, forceCloseConnections: true });
  app.get('/metrics', async (_request, reply) => {
    return reply.header('content-type', metrics.contentType).send(await metrics.metrics());
  });
  addHealthRoutes(app, health);
  return app;
}
