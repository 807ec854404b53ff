/** Several keys of which each subgraph answers to only some: plain, nested, mixed, and null in lists. */
import type { Feature } from '../feature.ts';
import { input, type Loose } from '../records.ts';
import { NO_ENTITY_FETCHES, NO_ORDER, withoutJoin } from '../switches.ts';

const seat = (id: string, row: string, column: string | null, deck: string, price: number | null) => ({
  __typename: 'Seat',
  ...{ id, code: `c${id}`, spot: { __typename: 'Spot', row, column, deck }, price },
  label: (self: Loose) => `${self.spot.row}${self.spot.column ?? ''} at ${input(self, 'price')}`,
  guest: column === null ? null : `G${id}`, // nobody finds it by half a key
  meal: price === null ? null : `M${price}`,
});
const seats = [
  seat('1', 'A', '1', 'up', 10),
  seat('2', 'B', null, 'up', 20),
  seat('3', 'A', '2', 'low', null),
];
const plane = { __typename: 'Plane', id: 'p', seats, first: seats[1], maybe: [seats[2], null, seats[0]] };

export const keysMixed: Feature = {
  name: 'keys-mixed',
  subgraphs: {
    planes: `
      type Query { plane: Plane }
      type Plane @key(fields: "id") { id: ID! seats: [Seat!]! first: Seat maybe: [Seat] }
      type Seat
        @key(fields: "spot { row column }", resolvable: false)
        @key(fields: "id spot { row deck }")
        @key(fields: "code", resolvable: false)
        @key(fields: "id", resolvable: false) {
        id: ID!
        code: ID!
        spot: Spot!
        price: Int @external
        label: String @requires(fields: "price")
      }
      type Spot @shareable { row: ID! column: ID deck: ID! }
    `,
    prices: `
      type Seat
        @key(fields: "id")
        @key(fields: "code", resolvable: false)
        @key(fields: "id spot { row deck }", resolvable: false) { id: ID! code: ID! spot: Spot! price: Int }
      type Spot @shareable { row: ID! column: ID deck: ID! }
    `,
    guests: `
      type Seat @key(fields: "spot { row column }") { spot: Spot! guest: String }
      type Spot @shareable { row: ID! column: ID }
    `,
    meals: 'type Seat @key(fields: "code") { code: ID! meal: String }',
  },
  records: { entities: [plane, ...seats], query: { plane } },
  cases: [
    { hiveDiffers: 'nullInput', text: '{ plane { seats { id label } } }' },
    { hiveDiffers: 'nullInput', text: '{ plane { seats { price label meal } first { label } } }' },
    { text: '{ plane { seats { guest } } }' },
    { text: '{ plane { maybe { guest meal price } } }' },
    {
      hiveDiffers: 'nullInput',
      text: '{ plane { first { spot { row deck } meal } maybe { label spot { column } } } }',
    },
    { hiveDiffers: 'nullInput', text: '{ plane { maybe { s: spot { c: column } label guest price } } }' },
  ],
  switches: [NO_ENTITY_FETCHES, NO_ORDER, withoutJoin('key')],
};
