import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { DEADLINE_MAX_MS } from '../../src/core/bounds.ts';
import { openExample } from '../app/open-example.ts';
import { freePorts } from '../services/free-ports.ts';
import { requireCassandra, requireRedis, withService } from '../services/services.ts';
import { ownServices, readComposeFile } from './compose-file.ts';
import { readImageFile } from './image-file.ts';
import { RunningDeployment } from './running-deployment.ts';

/**
 * What docker-compose.yml would start is started: the same commands with the same environment, over a real Redis and
 * a real Cassandra, and the graph is asked through the gateway.
 */
const DOMAINS = ['airport', 'carrier', 'fleet', 'route'];
/** Under a minute on a machine that does nothing else; ten times that on one that does. */
const START_TIMEOUT_MS = 400_000;
/** Each look at a service's health starts a process. */
const HEALTH_EVERY_MS = 2000;

const TOUR = `{
    aircraft(tailnum: "N14228") { model ageYears legs24h lastCarrier { name onTimeRate7d } longestRoute30dSeatMiles }
    route(origin: "EWR", dest: "IAH") { distanceMiles originAirport { name temperatureF } }
}`;
/** What it reads. */
const VIEWS = [
  ...['aircraft_facts', 'aircraft_legs_24h', 'aircraft_last_arrivals', 'aircraft_last_departure'],
  ...[
    'aircraft_routes_30d',
    'carrier_facts',
    'carrier_arrivals_7d',
    'route_facts',
    'airport_facts',
    'airport_weather',
  ],
];

await withService(
  async () => ({ redis: await requireRedis(), cassandra: await requireCassandra() }),
  ({ redis, cassandra }) => {
    const compose = readComposeFile();
    const own = ownServices(compose);
    const stays = (name: string): boolean => compose.services[name]?.restart !== undefined;
    const closing: (() => void | Promise<void>)[] = [];
    afterAll(async () => {
      for (const close of closing) await close();
    });

    describe('docker-compose.yml as processes', () => {
      test('makes tables, loads, and answers as one process over the embedded store does', {
        timeout: START_TIMEOUT_MS + 200_000,
      }, async () => {
        const ports = await freePorts(2 * own.length);
        const portsOf = new Map(
          own.map(([name], i) => [name, ports.slice(2 * i, 2 * i + 2) as [number, number]]),
        );
        const portOf = (name: string): number => (portsOf.get(name) as [number, number])[0];
        const namespace = `deployment-${randomUUID()}`; // the Redis is other tests', too
        // What an engine's network does: names lead to containers, each of which has all ports to itself.
        const deployment = new RunningDeployment(compose, readImageFile(), {
          FEATUREGRAPH_HOST: '127.0.0.1',
          FEATUREGRAPH_STORE_HOT_NODES: `${redis.host}:${redis.port}`,
          FEATUREGRAPH_STORE_WARM_NODES: `${cassandra.host}:${cassandra.port}`,
          FEATUREGRAPH_STORE_WARM_DIALECT: 'CASSANDRA', // stands in for ScyllaDB, which adds to it
          FEATUREGRAPH_STORE_WARM_KEYSPACE: `test_${randomUUID().replaceAll('-', '').slice(0, 16)}`,
          FEATUREGRAPH_NAMESPACE: namespace,
          ...Object.fromEntries(
            DOMAINS.map((domain) => [
              `FEATUREGRAPH_SUBGRAPH_${domain.toUpperCase()}_URL`,
              `http://127.0.0.1:${portOf(domain)}/graphql`,
            ]),
          ),
        });
        closing.push(() => deployment.remove());
        const portEnv = (name: string) => ({
          FEATUREGRAPH_PORT: `${portOf(name)}`,
          FEATUREGRAPH_ADMIN_PORT: `${portsOf.get(name)?.[1]}`,
        });

        // Each as soon as what it needs is healthy or done, as an engine does it.
        const up = new Map<string, Promise<void>>();
        const bringUp = async (name: string): Promise<void> => {
          const needed = Object.keys(compose.services[name]?.depends_on ?? {});
          await Promise.all(needed.map((one) => up.get(one)));
          if (!stays(name)) {
            const { status, output } = await deployment.run(name);
            expect(status, `${name}: ${output}`).toBe(0);
            return;
          }
          deployment.start(name, portEnv(name));
          const isHealthy = () => deployment.isHealthy(name, portEnv(name));
          await expect.poll(isHealthy, { timeout: START_TIMEOUT_MS, interval: HEALTH_EVERY_MS }).toBe(true);
        };
        for (const [name] of own) up.set(name, bringUp(name));
        await Promise.all(up.values());

        const tenant = async (...args: string[]) => {
          const config = ['--config', 'deploy/featuregraph.config.ts'];
          const { status, output } = await deployment.run('gateway', [
            'tenant',
            ...args,
            ...config,
            '--json',
          ]);
          expect(status, output).toBe(0);
          return JSON.parse(output.slice(output.indexOf('{')));
        };
        await tenant('create', 'clients', '--grant-namespace', namespace, '--scope', '*');
        const { key } = await tenant('key', 'create', 'clients');

        const ask = async (query: string, authorization = `Bearer ${key}`) => {
          const response = await fetch(`http://127.0.0.1:${portOf('gateway')}/graphql`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', authorization },
            body: JSON.stringify({ query, extensions: { featuregraph: { deadlineMs: DEADLINE_MAX_MS } } }),
          });
          return { status: response.status, body: await response.json() };
        };
        expect((await ask(TOUR, 'Bearer none')).status).toBe(401);
        const together = await openExample({}, VIEWS);
        closing.push(() => together.close());
        const { body: expected } = await together.ask({ query: TOUR });
        expect(expected.errors).toBeUndefined();
        // A store that was late for its first call is not for the next.
        await expect
          .poll(async () => (await ask(TOUR)).body, { timeout: 120_000, interval: 1000 })
          .toMatchObject({ data: expected.data });

        for (const domain of DOMAINS) {
          const direct = await fetch(`http://127.0.0.1:${portOf(domain)}/graphql`, {
            method: 'POST',
            body: '{}',
          });
          expect(direct.status, domain).toBe(401);
        }
        const metrics = await fetch(`http://127.0.0.1:${portsOf.get('gateway')?.[1]}/metrics`);
        expect(await metrics.text()).toContain('featuregraph_');

        for (const [name] of own.filter(([name]) => stays(name)).toReversed()) {
          const { status, output } = await deployment.end(name);
          expect(status, `${name}: ${output}`).toBe(0);
        }
        expect(deployment.filesWritten()).toEqual([]);
      });
    });
  },
);
