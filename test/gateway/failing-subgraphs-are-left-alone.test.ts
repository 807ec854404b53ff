/** A subgraph that fails is not asked for a moment, then by one request; who failed, and how often, is told by metrics. */
import { afterEach, describe, expect, test } from 'vitest';
import { watchSubgraph } from '../../gateway/remote/watch-subgraph.ts';
import { createMetrics, type Metrics } from '../../src/observability/metrics.ts';
import { requestContext } from '../oracle/request-context.ts';
import { clientOf, closeAll, codeOf, json, requestOf, serve } from './serve-subgraph.ts';

afterEach(closeAll);

const HALF_OPEN_AFTER_MS = 60;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function open(options: { tellingWaitMs?: number; halfOpenAfterMs?: number } = {}) {
  const metrics = createMetrics();
  const server = { requests: 0, behave: 'well' as 'well' | 'down' | 'silent' | 'nonsense' };
  const url = await serve((_, response) => {
    server.requests += 1;
    if (server.behave === 'well') json(response, { data: { a: 1 } });
    if (server.behave === 'down') json(response, '', 503);
    if (server.behave === 'nonsense') json(response, '<html>', 200, 'text/html');
  });
  const watch = watchSubgraph(metrics, 'shop');
  const client = clientOf(url, { halfOpenAfterMs: HALF_OPEN_AFTER_MS, ...options, watch });
  const ask = async (times: number, deadlineMs = 5_000) => {
    const codes: unknown[] = [];
    for (let i = 0; i < times; i += 1)
      codes.push(codeOf(await client.execute(requestOf('{ a }', requestContext({ deadlineMs })))));
    return codes;
  };
  return { server, client, ask, metrics };
}

async function metricOf(metrics: Metrics, name: string, labels: Record<string, string>): Promise<number> {
  const found = await metrics.registry.getSingleMetric(`featuregraph_subgraph_${name}`)?.get();
  const matches = found?.values.filter((value) =>
    Object.entries(labels).every(([label, is]) => value.labels[label] === is),
  );
  return matches?.reduce((sum, { value }) => sum + value, 0) ?? Number.NaN;
}

describe('a subgraph that is down', () => {
  test('is soon not asked any more, and asked again when it is back', async () => {
    // Long, so that a busy machine asks all before it tries again.
    const { server, ask, metrics } = await open({ halfOpenAfterMs: 3_000 });
    server.behave = 'down';
    expect(new Set(await ask(20))).toEqual(new Set(['SUBGRAPH_UNAVAILABLE']));
    expect(server.requests).toBeLessThanOrEqual(10); // five, each with its retry
    expect(await metricOf(metrics, 'breaker_state', { subgraph: 'shop' })).toBe(2);
    server.behave = 'well';
    const before = server.requests;
    expect(await ask(1)).toEqual(['SUBGRAPH_UNAVAILABLE']);
    expect(server.requests).toBe(before);
    await expect.poll(() => ask(1), { timeout: 20_000 }).toEqual([undefined]);
    expect(await ask(3)).toEqual([undefined, undefined, undefined]);
    expect(await metricOf(metrics, 'breaker_state', { subgraph: 'shop' })).toBe(0);
  });

  test('one that is still down is tried by one request at a time', async () => {
    const { server, ask } = await open();
    server.behave = 'down';
    await ask(10);
    await pause(2 * HALF_OPEN_AFTER_MS);
    const before = server.requests;
    await Promise.all(Array.from({ length: 20 }, () => ask(1)));
    expect(server.requests - before).toBeLessThanOrEqual(2); // with its retry
  });
});

describe('what tells nothing about a subgraph leaves it in use', () => {
  test('waits that were shorter than it may take', async () => {
    const { server, ask } = await open({ tellingWaitMs: 1_000 });
    server.behave = 'silent';
    expect(new Set(await ask(8, 10))).toEqual(new Set(['SUBGRAPH_TIMEOUT']));
    server.behave = 'well';
    expect(await ask(1)).toEqual([undefined]);
  });

  test('waits that were long enough do tell', async () => {
    const { server, ask } = await open({ tellingWaitMs: 10 });
    server.behave = 'silent';
    await ask(8, 20);
    server.behave = 'well';
    expect(await ask(1)).toEqual(['SUBGRAPH_UNAVAILABLE']);
  });

  test('nonsense: each caller is told so', async () => {
    const { server, ask } = await open();
    server.behave = 'nonsense';
    expect(new Set(await ask(20))).toEqual(new Set(['SUBGRAPH_BAD_RESPONSE']));
    expect(server.requests).toBe(20);
  });
});

test('metrics tell outcomes, reasons, retries and times', async () => {
  const { server, ask, metrics } = await open();
  await ask(7);
  server.behave = 'nonsense';
  await ask(2);
  server.behave = 'down';
  await ask(1);
  const shop = { subgraph: 'shop' };
  expect(await metricOf(metrics, 'requests_total', { ...shop, outcome: 'ok' })).toBe(7);
  expect(await metricOf(metrics, 'requests_total', { ...shop, outcome: 'failed' })).toBe(3);
  expect(await metricOf(metrics, 'failures_total', { ...shop, reason: 'SUBGRAPH_BAD_RESPONSE' })).toBe(2);
  expect(await metricOf(metrics, 'failures_total', { ...shop, reason: 'SUBGRAPH_UNAVAILABLE' })).toBe(1);
  expect(await metricOf(metrics, 'retries_total', shop)).toBe(1);
  expect(await metricOf(metrics, 'in_flight_requests', shop)).toBe(0);
  expect(await metrics.registry.metrics()).toContain(
    'featuregraph_subgraph_duration_seconds_count{subgraph="shop"} 10',
  );
});
