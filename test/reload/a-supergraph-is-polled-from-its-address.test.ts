import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { backoffMs } from '../../gateway/reload/follow-supergraph.ts';
import { supergraphSource } from '../../gateway/reload/supergraph-source.ts';
import type { SchemaServer } from '../federation/serve-schema.ts';
import { type Gateway, releaseOf, serveNumbers, startGateway, until } from './serve-supergraph.ts';

/** A registry that serves supergraphs as files: with ETags, without, slow, broken, away. */
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function listen(listener: RequestListener, port = 0): Promise<{ url: string; server: Server }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  closing.push(
    () => server.closeAllConnections(),
    () => new Promise((resolve) => server.close(resolve)),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/supergraph.graphql`, server };
}

async function gatewayAt(url: string): Promise<Gateway> {
  const gateway = await startGateway(url);
  closing.push(() => gateway.close());
  return gateway;
}

async function numbersServer(): Promise<SchemaServer> {
  const numbers = await serveNumbers();
  closing.push(() => numbers.close());
  return numbers;
}

test('what did not change is not sent again: the ETag says so', async () => {
  const numbers = await numbersServer();
  let release = 0;
  const answered: number[] = [];
  const { url } = await listen((request, response) => {
    const etag = `"${release}"`;
    const status = request.headers['if-none-match'] === etag ? 304 : 200;
    answered.push(status);
    response.writeHead(status, { etag }).end(status === 304 ? '' : releaseOf(release, numbers.url));
  });
  const gateway = await gatewayAt(url);
  await until(async () => answered.length > 10, 'it was looked at ten times');
  expect(answered.filter((status) => status === 200)).toHaveLength(1);
  release = 1;
  await gateway.served('r1');
  expect(answered.filter((status) => status === 200)).toHaveLength(2);
});

test('without ETags the texts are compared', async () => {
  const numbers = await numbersServer();
  let release = 0;
  const { url } = await listen((_request, response) => response.end(releaseOf(release, numbers.url)));
  const gateway = await gatewayAt(url);
  release = 1;
  await gateway.served('r1');
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await gateway.metric('featuregraph_reloads_total{outcome="served"}')).toBe(1);
});

test('a registry that is away is asked again, and what is served stays', async () => {
  const numbers = await numbersServer();
  const first = await listen((_request, response) => response.end(releaseOf(0, numbers.url)));
  const gateway = await gatewayAt(first.url);
  const { port } = first.server.address() as AddressInfo;
  first.server.closeAllConnections();
  await new Promise((resolve) => first.server.close(resolve));
  const unreadable = 'featuregraph_reloads_total{outcome="unreadable"}';
  await until(async () => ((await gateway.metric(unreadable)) ?? 0) >= 2, 'it is missed twice');
  expect((await gateway.ask('{ always }')).status).toBe(200);
  await listen((_request, response) => response.end(releaseOf(1, numbers.url)), port);
  await gateway.served('r1');
});

describe('what cannot be read says what was expected and what came', () => {
  test.each<[string, RequestListener, RegExp]>([
    ['a status', (_request, response) => response.writeHead(503).end(), /got status 503/],
    ['an end in the middle', (_request, response) => endEarly(response), /could not be fetched/],
    ['more than may be', (_request, response) => endless(response), /at most 33554432 bytes/],
  ])('%s', async (_name, listener, message) => {
    const { url } = await listen(listener);
    await expect(supergraphSource(url).read()).rejects.toThrow(message);
  });

  test('silence, after ten seconds', async () => {
    const { url } = await listen(() => {});
    await expect(supergraphSource(url).read()).rejects.toThrow(/no whole answer within 10000 ms/);
  });

  test('a folder where a file should be', async () => {
    await expect(supergraphSource(import.meta.dirname).read()).rejects.toThrow(/cannot be read \(EISDIR\)/);
  });
});

test('waits grow from failure to failure, up to a minute, and differ between replicas', () => {
  const waits = [1, 2, 3, 4, 20, 1000].map((failures) => backoffMs(10_000, failures, 0.999));
  expect(waits).toEqual([19_990, 39_980, 59_970, 59_970, 59_970, 59_970]);
  expect(backoffMs(10_000, 1, 0)).toBe(10_000);
});

function endEarly(response: Parameters<RequestListener>[1]): void {
  response.writeHead(200, { 'content-length': '1000' }).write('type');
  setTimeout(() => response.destroy(), 20);
}

function endless(response: Parameters<RequestListener>[1]): void {
  const chunk = 'x'.repeat(1024 * 1024);
  const write = (): void => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', write);
  };
  write();
}
