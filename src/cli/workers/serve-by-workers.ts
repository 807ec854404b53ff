import { randomBytes } from 'node:crypto';
import { createAdminServer } from '../../../gateway/http/admin-server.ts';
import type { Health } from '../../../gateway/http/health-routes.ts';
import type { Config } from '../../config.ts';
import { systemClock } from '../../core/clock.ts';
import { type Addresses, listenOn } from '../../front.ts';
import { createLogger, type Logger } from '../../observability/logger.ts';
import { WorkerMetrics } from '../../observability/worker-metrics.ts';
import { createApiKey } from '../../tenancy/api-key.ts';
import { watchForEnding } from '../ending.ts';
import { note } from '../output.ts';
import { RestartPace } from './restart-pace.ts';
import { askWorker } from './worker-link.ts';
import { type Ended, WorkerPool } from './worker-pool.ts';

/**
 * The primary of several workers: starts them, replaces those that die, has the one admin port for all, and ends them
 * in good order. It answers no client and opens no store; each worker is a process as a single one would be.
 */

/** Beyond the draining, for a worker that does not end by itself: a little more than it gives its requests. */
const END_MAX_MS = 12_000;

/** @param tell prints where it listens, and the key. */
export async function serveByWorkers(
  config: Config,
  count: number,
  tell: (addresses: Addresses) => void,
): Promise<void> {
  const ending = watchForEnding();
  const logger = createLogger(config.logging.level);
  const metrics = new WorkerMetrics();
  const apiKey = config.identity.startKey ? (config.apiKey ?? createApiKey(randomBytes).text) : null;
  const pool = new WorkerPool({
    count,
    // One key for all: each would else make its own.
    environment: apiKey === null ? {} : { FEATUREGRAPH_API_KEY: apiKey },
    pace: new RestartPace(systemClock),
    onListening: () => metrics.workers.inc(),
    onExit: (worker, ended) => {
      metrics.workers.set(pool.listening.length);
      metrics.end(worker.id);
      if (ended.restartMs !== null) metrics.workerExits.inc();
      logExit(logger, worker.id, ended);
    },
  });
  const admin = createAdminServer(
    { contentType: metrics.contentType, metrics: () => gatherMetrics(pool, metrics) },
    () => healthOf(pool, () => ending.signal.aborted),
  );
  const adminUrl = await listenOn(admin, config.host, config.adminPort, '--admin-port');
  const started = await Promise.race([pool.start(), ending.wanted.then(() => null)]);
  if (started !== null && 'addresses' in started) {
    tell({ ...started.addresses, adminUrl, apiKey });
    note(`  Workers    ${count}\n\nCtrl-C ends it.`);
    await ending.wanted;
  } else if (started !== null) {
    // The worker has said what is wrong.
    process.exitCode = started.exitCode;
  }
  await pool.end(config.drainMs + END_MAX_MS);
  await admin.close();
}

function logExit(logger: Logger, worker: number, { by, restartMs }: Ended): void {
  if (restartMs === null) logger.info({ worker, by }, 'a worker has ended');
  else logger.error({ worker, by, restartMs }, 'a worker ended unasked; another is started');
}

/** One that cannot tell now is counted with what it told before. */
async function gatherMetrics(pool: WorkerPool, metrics: WorkerMetrics): Promise<string> {
  await Promise.all(
    pool.listening.map(async (worker) => {
      const values = await askWorker(worker, 'metrics');
      if (values !== null && !worker.isDead()) metrics.note(worker.id, values);
    }),
  );
  return metrics.text();
}

/** Ready while somebody answers. A store that one of the workers cannot reach is told as that one tells it. */
async function healthOf(pool: WorkerPool, isEnding: () => boolean): Promise<Health> {
  const told = await Promise.all(pool.listening.map((worker) => askWorker(worker, 'health')));
  const known = told.filter((health) => health !== null);
  const stores: Record<string, Health['stores'][string]> = {};
  for (const health of known) {
    for (const [name, store] of Object.entries(health.stores))
      if (stores[name] === undefined || !store.ok) stores[name] = store;
  }
  return { ready: !isEnding() && known.some(({ ready }) => ready), stores };
}
