/** Interfaces with keys, interfaces of interfaces, lists in lists, and fields of one name that differ by type. */
import type { Feature } from '../feature.ts';
import { NO_ENTITY_FETCHES, NO_TYPENAMES } from '../switches.ts';

const oslo = { __typename: 'Place', id: 'o', name: 'Oslo', rain: 4 };
const ulm = { __typename: 'Place', id: 'u', name: 'Ulm', rain: null };
const car = {
  __typename: 'Car',
  id: '1',
  label: 'Red',
  at: oslo,
  size: 4,
  note: 'low',
  price: 10,
  next: null as unknown,
};
const ship = {
  __typename: 'Ship',
  id: '2',
  label: 'Blue',
  at: ulm,
  size: 'XL',
  note: 'wet',
  price: 99,
  next: car as unknown,
};
const raft = {
  __typename: 'Raft',
  id: '3',
  label: 'Log',
  at: null,
  size: [1, 2],
  note: null,
  price: 1,
  next: ship as unknown,
};
car.next = raft;

export const abstractTypes: Feature = {
  name: 'abstract-types',
  subgraphs: {
    vehicles: `
      type Query { vehicles: [Vehicle] grid: [[Vehicle!]!] anything: [Anything] floating: [Floating!] }
      interface Node { id: ID! }
      interface Vehicle implements Node { id: ID! label: String at: Place next: Vehicle }
      interface Floating implements Node & Vehicle { id: ID! label: String at: Place next: Vehicle }
      union Anything = Car | Ship | Raft | Place
      type Car implements Node & Vehicle @key(fields: "id") { id: ID! label: String at: Place next: Vehicle size: Int }
      type Ship implements Node & Vehicle & Floating @key(fields: "id") { id: ID! label: String at: Place next: Vehicle size: String }
      type Raft implements Node & Vehicle & Floating @key(fields: "id") { id: ID! label: String at: Place next: Vehicle size: [Int] }
      type Place @key(fields: "id") { id: ID! }
    `,
    places: 'type Place @key(fields: "id") { id: ID! name: String rain: Int }',
    notes: `
      interface Noted { note: String price: Int }
      type Car implements Noted @key(fields: "id") { id: ID! note: String price: Int }
      type Ship implements Noted @key(fields: "id") { id: ID! note: String price: Int }
      type Raft @key(fields: "id") { id: ID! note: String }
    `,
  },
  records: {
    entities: [oslo, ulm, car, ship, raft],
    query: {
      vehicles: [car, ship, null, raft],
      grid: [[car], [], [ship, raft]],
      anything: [oslo, ship, car],
      floating: [raft, ship],
    },
  },
  cases: [
    { text: '{ vehicles { __typename label at { name rain } } }' },
    {
      text: '{ vehicles { ... on Car { size note } ... on Ship { text: size note } ... on Raft { list: size } } }',
    },
    { text: '{ vehicles { ... on Noted { note price } ... on Raft { note } } }' },
    { text: '{ grid { id ... on Noted { price } next { label ... on Ship { note at { name } } } } }' },
    {
      text: '{ anything { ... on Place { name } ... on Node { id } ... on Vehicle { at { name } } ... on Car { note } } }',
    },
    {
      text: '{ floating { label at { rain } next { next { ... on Noted { note } } } ... on Ship { price } } }',
    },
    {
      text: '{ vehicles { ... on Vehicle { ... on Floating { ... on Ship { note } } } next { __typename at { name } } } }',
    },
  ],
  switches: [NO_ENTITY_FETCHES, NO_TYPENAMES],
};
