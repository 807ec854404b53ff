/** Keys: several, of several fields, nested, in lists, and null. */
import type { Feature } from '../feature.ts';
import { NO_ENTITY_FETCHES, NO_ORDER } from '../switches.ts';

const paris = { __typename: 'City', id: 'p', code: 'PAR', name: 'Paris', mayor: 'Anne' };
const oslo = { __typename: 'City', id: 'o', code: null, name: 'Oslo', mayor: null };
const hub = { __typename: 'Depot', city: paris, number: 1, floor: 12, manager: 'Zoe', shifts: 3 };
const barn = { __typename: 'Depot', city: oslo, number: 1, floor: 4, manager: 'Odd', shifts: 1 };
const first = {
  __typename: 'Parcel',
  barcode: 'b1',
  serial: 's1',
  weight: 2,
  at: hub,
  owner: 'Ann',
  insured: true,
};
const second = {
  __typename: 'Parcel',
  barcode: 'b2',
  serial: null,
  weight: 5,
  at: barn,
  owner: null,
  insured: false,
};
const third = {
  __typename: 'Parcel',
  barcode: 'b3',
  serial: 's3',
  weight: 1,
  at: null,
  owner: 'Cid',
  insured: true,
};
const load = { __typename: 'Load', parcels: [first, third], day: 'Mon', driver: 'Max' };

export const keys: Feature = {
  name: 'keys',
  subgraphs: {
    parcels: `
      type Query { parcels: [Parcel] depots: [Depot!]! load: Load cities: [City] }
      type Parcel @key(fields: "barcode") @key(fields: "serial") { barcode: ID! serial: ID weight: Int at: Depot }
      type Depot @key(fields: "city { id } number") { city: City! number: Int! floor: Int }
      type City @key(fields: "id") @key(fields: "code") { id: ID! code: String }
      type Load @key(fields: "day parcels { barcode }") { day: String! parcels: [Parcel!]! }
    `,
    owners: `
      type Parcel @key(fields: "serial") { serial: ID owner: String }
      type Depot @key(fields: "number city { id }") { number: Int! city: City! manager: String }
      type City @key(fields: "id") { id: ID! name: String }
      type Load @key(fields: "parcels { barcode } day") { parcels: [Parcel!]! day: String! driver: String }
      extend type Parcel @key(fields: "barcode", resolvable: false) { barcode: ID! @shareable }
    `,
    insurance: `
      type Parcel @key(fields: "barcode") { barcode: ID! insured: Boolean }
      type City @key(fields: "code") { code: String mayor: String }
      type Depot @key(fields: "city { id } number") { city: City! number: Int! shifts: Int }
      extend type City @key(fields: "id", resolvable: false) { id: ID! @shareable }
    `,
  },
  records: {
    entities: [paris, oslo, hub, barn, first, second, third, load],
    query: { parcels: [first, null, second, third, first], depots: [hub, barn], load, cities: [oslo, paris] },
  },
  cases: [
    { text: '{ parcels { barcode owner insured } }' },
    { text: '{ parcels { owner } }' },
    { text: '{ parcels { insured at { manager } } }' },
    { text: '{ depots { manager shifts city { name } } }' },
    { text: '{ depots { shifts } parcels { at { city { mayor name } shifts floor } } }' },
    { text: '{ load { driver parcels { weight insured } } }' },
    { text: '{ cities { mayor } }' },
    { text: '{ cities { id code mayor name } }' },
  ],
  switches: [NO_ENTITY_FETCHES, NO_ORDER],
};
