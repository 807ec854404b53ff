/** The letters of several subgraphs become one string per selected path, in the order of the answer. */
import { expect, test } from 'vitest';
import { ask, compose, FEATURES, scripted } from './small-graph.ts';

const supergraph = compose({
  fleet: `${FEATURES}
    type Aircraft @key(fields: "tailnum") {
      tailnum: ID!
      seats: Int @feature(view: "facts")
      year: Int @feature(view: "facts")
      size(unit: String): Int @feature(view: "facts")
      strict: Int!
      carrier: Carrier
    }
    type Carrier @key(fields: "code", resolvable: false) { code: ID! }
    type Query { aircraft: [Aircraft] }
  `,
  carrier: `${FEATURES}
    type Carrier @key(fields: "code") { code: ID! rate: Float @feature(view: "rates") }
    type Query { carriers: [Carrier!] }
  `,
});

const AIRCRAFT = [
  {
    __typename: 'Aircraft',
    seats: 1,
    year: 2,
    _as_size: 9,
    strict: 1,
    carrier: { __typename: 'Carrier', code: 'X' },
  },
  null,
  { __typename: 'Aircraft', seats: null, year: 4, _as_size: 9, strict: 1, carrier: null },
  {
    __typename: 'Aircraft',
    seats: null,
    year: null,
    _as_size: 9,
    strict: 1,
    carrier: { __typename: 'Carrier', code: 'Y' },
  },
  {
    __typename: 'Aircraft',
    seats: 5,
    year: 6,
    _as_size: 9,
    strict: 1,
    carrier: { __typename: 'Carrier', code: 'X' },
  },
];

const fleet = (aircraft: unknown = AIRCRAFT) => ({
  data: { aircraft: structuredClone(aircraft) },
  statuses: {
    'aircraft.seats': 'PNFP',
    'aircraft.year': 'PPAP',
    'aircraft._as_size': 'PPPS',
    'aircraft._as_alias': 'PNFP',
  },
});
const rates = () => ({
  data: { _entities: [{ rate: 0.5 }, { rate: null }] },
  statuses: { '_entities.rate': 'PF' },
});
const options = { status: 'VALUES' as const };

test('a letter per object that has the field; entities sent once have it at every place', async () => {
  const clients = scripted({ fleet: () => fleet(), carrier: rates });
  const text = '{ aircraft { seats size carrier { code rate } } }';
  const { extensions } = await ask({ supergraph, clients, text, options });
  expect(extensions).toEqual({
    featuregraph: {
      statuses: { 'aircraft.seats': 'PNFP', 'aircraft.size': 'PPPS', 'aircraft.carrier.rate': 'PFP' },
    },
  });
});

test('none are told, nor asked for, where the request wants none', async () => {
  const clients = scripted({
    fleet: ({ statuses }) => ({ ...fleet(), statuses: statuses ? { 'aircraft.seats': 'XXXX' } : {} }),
    carrier: rates,
  });
  const result = await ask({ supergraph, clients, text: '{ aircraft { seats } }' });
  expect(result.extensions).toEqual({});
});

test('aliases go by their own names', async () => {
  const aliased = AIRCRAFT.map((row) => row && { ...row, _as_alias: row.seats });
  const clients = scripted({ fleet: () => fleet(aliased), carrier: rates });
  const { extensions } = await ask({ supergraph, clients, text: '{ aircraft { alias: seats } }', options });
  expect(extensions).toEqual({ featuregraph: { statuses: { 'aircraft.alias': 'PNFP' } } });
});

test('a dash stands where a subgraph failed', async () => {
  const down = { message: 'down', extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'carrier' } };
  const clients = scripted({ fleet: () => fleet(), carrier: () => ({ errors: [down] }) });
  const text = '{ aircraft { seats carrier { rate } } }';
  const { data, extensions } = await ask({ supergraph, clients, text, options });
  expect(data).toMatchObject({ aircraft: [{ seats: 1, carrier: { rate: null } }, null, {}, {}, {}] });
  expect(extensions).toEqual({
    featuregraph: { statuses: { 'aircraft.seats': 'PNFP', 'aircraft.carrier.rate': '---' } },
  });
});

test('an object that a null took away has no letter, so letters and objects stay in step', async () => {
  const lost = AIRCRAFT.map((row, index) => row && { ...row, strict: index === 2 ? null : 1 });
  const clients = scripted({ fleet: () => fleet(lost), carrier: rates });
  const { data, extensions } = await ask({
    supergraph,
    clients,
    text: '{ aircraft { seats strict } }',
    options,
  });
  expect((data as { aircraft: unknown[] }).aircraft[2]).toBeNull();
  expect(extensions).toEqual({ featuregraph: { statuses: { 'aircraft.seats': 'PFP' } } });
});

test('a value that was refused is not PRESENT', async () => {
  const wrong = AIRCRAFT.map((row) => row && { ...row, seats: 'many' });
  const clients = scripted({ fleet: () => fleet(wrong), carrier: rates });
  const { extensions } = await ask({ supergraph, clients, text: '{ aircraft { seats } }', options });
  expect(extensions).toEqual({ featuregraph: { statuses: { 'aircraft.seats': '-NF-' } } });
});
