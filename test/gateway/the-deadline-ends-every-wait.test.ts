/** What a subgraph does not answer in time, or at all, is null with an error; the rest is what it would have been. */
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { FeaturegraphError } from '../../src/core/errors.ts';
import { requestContext } from '../oracle/request-context.ts';
import { type Asked, ask, compose, FEDERATION, scripted } from './small-graph.ts';

const supergraph = compose({
  a: `${FEDERATION} type T @key(fields: "id") { id: ID! x: Int } type Query { a: T other: Int }`,
  b: `${FEDERATION} type T @key(fields: "id") { id: ID! y: Int z: [Int!] } type Query { b: Int }`,
});
const never = () => new Promise<never>(() => {});
const root = () => ({ data: { a: { __typename: 'T', id: '1', x: 1 } } });
const text = '{ a { x y z } b }';

test('a slow subgraph is SUBGRAPH_TIMEOUT at each of its fields, and the answer comes in time', async () => {
  const clients = scripted({ a: root, b: never });
  const startedAtMs = systemClock.monotonicMs();
  const result = await ask({ supergraph, clients, text, options: { deadlineMs: 60 } });
  expect(systemClock.monotonicMs() - startedAtMs).toBeLessThan(1_000);
  expect(result.data).toEqual({ a: { x: 1, y: null, z: null }, b: null });
  expect(
    result.errors.map(({ path, extensions }) => [path?.join('.'), extensions?.code, extensions?.subgraph]),
  ).toEqual([
    ['a.y', 'SUBGRAPH_TIMEOUT', 'b'],
    ['a.z', 'SUBGRAPH_TIMEOUT', 'b'],
    ['b', 'SUBGRAPH_TIMEOUT', 'b'],
  ]);
});

test('after the deadline nothing is started', async () => {
  const asked: Asked[] = [];
  const clients = scripted({ a: root, b: () => ({ data: { b: 1 } }) }, asked);
  const result = await ask({ supergraph, clients, text, options: { deadlineMs: -1 } });
  expect(asked).toEqual([]);
  expect(result.data).toEqual({ a: null, b: null });
});

test('a client that goes away ends the wait', async () => {
  const abort = new AbortController();
  const context = { ...requestContext(), signal: abort.signal };
  const clients = scripted({ a: root, b: never });
  setTimeout(() => abort.abort(), 20);
  const result = await ask({ supergraph, clients, text, context });
  expect(result.data).toEqual({ a: { x: 1, y: null, z: null }, b: null });
});

test('what comes late changes nothing', async () => {
  let answerLate: (value: { data: Record<string, unknown> }) => void = () => {};
  const late = new Promise<{ data: Record<string, unknown> }>((resolve) => {
    answerLate = resolve;
  });
  const clients = scripted({ a: root, b: () => late });
  const result = await ask({ supergraph, clients, text: '{ a { x } b }', options: { deadlineMs: 20 } });
  answerLate({ data: { b: 5 } });
  await late;
  expect(result.data).toEqual({ a: { x: 1 }, b: null });
});

describe('a subgraph that fails in other ways', () => {
  const ofB = async (b: () => never | Promise<never> | object, onFault?: (error: unknown) => void) =>
    await ask({ supergraph, clients: scripted({ a: root, b }), text, ...(onFault && { onFault }) });

  test('a client that throws is a fault of ours: told to the log, masked to the caller', async () => {
    const faults: unknown[] = [];
    const result = await ofB(
      () => {
        throw new Error('password=hunter2');
      },
      (error) => faults.push(error),
    );
    expect(faults).toHaveLength(2);
    expect(JSON.stringify(result)).not.toContain('hunter2');
    expect(result.errors[0]).toMatchObject({ extensions: { code: 'INTERNAL_SERVER_ERROR', subgraph: 'b' } });
  });

  test('a deliberate error passes', async () => {
    const result = await ofB(() => {
      throw new FeaturegraphError('OVERLOADED', 'too much');
    });
    expect(result.errors[0]).toMatchObject({ message: 'too much', extensions: { code: 'OVERLOADED' } });
  });

  test.each([
    ['neither data nor errors', {}],
    ['data that is a list', { data: [] as never }],
    ['entities that are no list', { data: { _entities: {}, b: 1 } }],
    ['entities of a wrong count', { data: { _entities: [{ y: 1 }, { y: 2 }], b: 1 } }],
    ['entities that are null', { data: { _entities: null, b: 1 } }],
  ])('%s: SUBGRAPH_BAD_RESPONSE', async (_, answer) => {
    const result = await ofB(() => answer);
    expect(result.data).toMatchObject({ a: { x: 1, y: null, z: null } });
    expect(result.errors[0]).toMatchObject({
      path: ['a', 'y'],
      extensions: { code: 'SUBGRAPH_BAD_RESPONSE', subgraph: 'b' },
    });
  });

  test('no client for a subgraph is SUBGRAPH_UNAVAILABLE', async () => {
    const result = await ask({ supergraph, clients: scripted({ a: root }), text });
    expect(result.errors[0]).toMatchObject({ extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'b' } });
  });

  test('an error without a place, beside whole data, is told without one', async () => {
    const error = { message: 'by the way', extensions: { code: 'NOTE', subgraph: 'a' } };
    const clients = scripted({ a: () => ({ data: { other: 1 }, errors: [error] }) });
    const result = await ask({ supergraph, clients, text: '{ other }' });
    expect(result).toEqual({ data: { other: 1 }, errors: [error], extensions: {} });
  });
});
