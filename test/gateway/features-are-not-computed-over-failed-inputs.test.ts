/** An input of another domain that failed fails what is computed from it; the rest of the entity is served. */
import { describe, expect, test } from 'vitest';
import { type Asked, ask, compose, FEATURES, scripted } from './small-graph.ts';

const supergraph = compose({
  fleet: `${FEATURES}
    type Aircraft @key(fields: "tailnum") { tailnum: ID! seats: Int @feature(view: "facts") leg: Leg }
    type Leg { minutes: Int }
    type Query { aircraft(tailnums: [ID!]!): [Aircraft!] }
  `,
  carrier: `${FEATURES}
    type Aircraft @key(fields: "tailnum") {
      tailnum: ID!
      seats: Int @external
      leg: Leg @external
      lease: Float @feature(view: "lease")
      perSeat: Float @onDemand(transform: "perSeat") @requires(fields: "seats")
      pace: Float @onDemand(transform: "pace") @requires(fields: "leg { minutes }")
    }
    type Leg { minutes: Int @external }
  `,
});

const FAILED = { message: 'the store is down', extensions: { code: 'STORE_UNAVAILABLE', view: 'facts' } };

interface Row {
  readonly tailnum: string;
  readonly seats: number | null;
  readonly leg?: unknown;
}

function clientsOf(
  rows: readonly Row[],
  fleetErrors: readonly unknown[],
  statuses: Record<string, string>,
  asked: Asked[],
) {
  return scripted(
    {
      fleet: () => ({
        data: { aircraft: rows.map((row) => ({ __typename: 'Aircraft', ...row })) },
        errors: fleetErrors as never,
        statuses,
      }),
      carrier: ({ variables }) => ({
        data: {
          _entities: (variables.representations as Row[]).map(({ tailnum, seats, leg }) => ({
            lease: tailnum.length,
            perSeat: seats === null ? -1 : (seats ?? -2) / 10,
            pace: leg === undefined ? -2 : 1,
          })),
        },
      }),
    },
    asked,
  );
}

describe('the input failed', () => {
  const rows: Row[] = [
    { tailnum: 'A', seats: 10 },
    { tailnum: 'B', seats: null },
    { tailnum: 'C', seats: null },
  ];
  const errors = [{ ...FAILED, path: ['aircraft', 1, 'seats'] }];

  test('its representation is withheld, and the error is repeated where it was asked for', async () => {
    const asked: Asked[] = [];
    const clients = clientsOf(rows, errors, {}, asked);
    const result = await ask({ supergraph, clients, text: '{ aircraft(tailnums: []) { perSeat } }' });
    expect(result.data).toEqual({ aircraft: [{ perSeat: 1 }, { perSeat: null }, { perSeat: -1 }] });
    expect(result.errors).toEqual([{ ...FAILED, path: ['aircraft', 1, 'perSeat'] }]);
    const sent = asked[1]?.request.variables.representations;
    expect(sent).toEqual([
      { __typename: 'Aircraft', tailnum: 'A', seats: 10 },
      { __typename: 'Aircraft', tailnum: 'C', seats: null },
    ]);
  });

  test('the input that was asked for too is told under its own path', async () => {
    const clients = clientsOf(rows, errors, {}, []);
    const result = await ask({
      supergraph,
      clients,
      text: '{ aircraft(tailnums: []) { x: perSeat seats } }',
    });
    expect(result.errors.map((error) => error.path)).toEqual([
      ['aircraft', 1, 'x'],
      ['aircraft', 1, 'seats'],
    ]);
  });

  test('features of the same entity that do not need it are served', async () => {
    const clients = clientsOf(rows, errors, {}, []);
    const result = await ask({
      supergraph,
      clients,
      text: '{ aircraft(tailnums: []) { lease perSeat pace } }',
    });
    expect((result.data as { aircraft: unknown[] }).aircraft[1]).toMatchObject({ lease: 1, perSeat: null });
    expect(result.errors.map((error) => error.path)).toEqual([['aircraft', 1, 'perSeat']]);
  });
});

test('a nested input that failed fails only what needs it', async () => {
  const rows: Row[] = [{ tailnum: 'A', seats: 10, leg: { minutes: null } }];
  const clients = clientsOf(rows, [{ ...FAILED, path: ['aircraft', 0, 'leg', 'minutes'] }], {}, []);
  const result = await ask({ supergraph, clients, text: '{ aircraft(tailnums: []) { perSeat pace } }' });
  expect(result.data).toEqual({ aircraft: [{ perSeat: 1, pace: null }] });
  expect(result.errors).toEqual([{ ...FAILED, path: ['aircraft', 0, 'pace'] }]);
});

describe('statuses of inputs', () => {
  const rows: Row[] = [
    { tailnum: 'A', seats: 10 },
    { tailnum: 'B', seats: null },
    { tailnum: 'A', seats: 10 },
    { tailnum: 'C', seats: null },
  ];

  test('they are asked for, and sent with the representations, though the client asked for none', async () => {
    const asked: Asked[] = [];
    const clients = clientsOf(rows, [], { 'aircraft.seats': 'PNPF' }, asked);
    const result = await ask({ supergraph, clients, text: '{ aircraft(tailnums: []) { perSeat } }' });
    expect(asked.map(({ request }) => request.statuses)).toEqual([true, true]);
    expect(asked[1]?.request.inputStatuses).toEqual({ representations: { seats: 'PNF' } });
    expect(result.extensions).toEqual({});
  });

  test('one that says "failed" withholds, also where no error does', async () => {
    const asked: Asked[] = [];
    const clients = clientsOf(rows, [], { 'aircraft.seats': 'PTPF' }, asked);
    const result = await ask({
      supergraph,
      clients,
      text: '{ aircraft(tailnums: []) { perSeat } }',
      options: { status: 'VALUES' },
    });
    expect(asked[1]?.request.variables.representations).toHaveLength(2);
    expect(result.errors).toMatchObject([
      { path: ['aircraft', 1, 'perSeat'], extensions: { code: 'STORE_TIMEOUT' } },
    ]);
    expect(result.extensions).toEqual({ featuregraph: { statuses: { 'aircraft.perSeat': '-T--' } } });
  });
});

test('each distinct entity is sent once, however often it stands in the tree', async () => {
  const asked: Asked[] = [];
  const rows = ['A', 'B', 'A', 'A', 'B'].map((tailnum) => ({ tailnum, seats: 1 }));
  const clients = clientsOf(rows, [], {}, asked);
  const result = await ask({ supergraph, clients, text: '{ aircraft(tailnums: []) { lease } }' });
  expect(asked[1]?.request.variables.representations).toHaveLength(2);
  expect((result.data as { aircraft: unknown[] }).aircraft).toHaveLength(5);
});

test('an entity without a whole key is not sent, and is not an error', async () => {
  const asked: Asked[] = [];
  const supergraphOfNullKeys = compose({
    a: `${FEATURES} type T @key(fields: "k") { k: ID } type Query { t: T }`,
    b: `${FEATURES} type T @key(fields: "k") { k: ID more: Int }`,
  });
  const clients = scripted(
    { a: () => ({ data: { t: { __typename: 'T', k: null } } }), b: () => ({}) },
    asked,
  );
  const result = await ask({ supergraph: supergraphOfNullKeys, clients, text: '{ t { k more } }' });
  expect(asked).toHaveLength(1);
  expect(result).toEqual({ data: { t: { k: null, more: null } }, errors: [], extensions: {} });
});
