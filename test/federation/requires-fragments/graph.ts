/** Inputs through inline fragments, on unions and interfaces. */
import type { Feature } from '../feature.ts';
import type { Loose } from '../records.ts';
import { NO_INPUTS } from '../switches.ts';

const truck = { __typename: 'Truck', id: 't', axles: 3, tons: 12, name: 'Big' };
const bike = { __typename: 'Bike', id: 'b', gears: 21, name: 'Fast' };
const van = { __typename: 'Van', id: 'v', axles: 2, tons: 2, name: 'White' };
const describeVehicle = (vehicle: Loose): string | null => {
  if (vehicle === null) return null;
  return vehicle.__typename === 'Bike'
    ? `bike of ${vehicle.gears}`
    : `${vehicle.__typename} on ${vehicle.axles}`;
};
const tollOf = (vehicle: Loose): number | null => {
  if (vehicle === null) return null;
  return vehicle.__typename === 'Bike' ? 0 : vehicle.tons * 10 + vehicle.name.length;
};
const trip = (id: string, vehicle: unknown, convoy: unknown[]) => ({
  __typename: 'Trip',
  id,
  vehicle,
  machine: vehicle,
  convoy,
  summary: (self: Loose) => describeVehicle(self.vehicle),
  toll: (self: Loose) => tollOf(self.machine),
  convoySummary: (self: Loose) => self.convoy.map(describeVehicle),
});
const trips = [
  trip('1', truck, [truck, bike]),
  trip('2', bike, []),
  trip('3', null, [van]),
  trip('4', van, [bike, van]),
];

export const requiresFragments: Feature = {
  name: 'requires-fragments',
  subgraphs: {
    trips: `
      type Query { trips: [Trip!]! }
      union Vehicle = Truck | Bike | Van
      interface Machine { name: String }
      type Truck implements Machine { name: String axles: Int! tons: Int! }
      type Bike implements Machine { name: String gears: Int! }
      type Van implements Machine { name: String axles: Int! tons: Int! }
      type Trip @key(fields: "id") { id: ID! vehicle: Vehicle machine: Machine convoy: [Vehicle!]! }
    `,
    tolls: `
      union Vehicle = Truck | Bike | Van
      interface Machine { name: String }
      type Truck implements Machine { name: String @external axles: Int! @external tons: Int! @external }
      type Bike implements Machine { name: String @external gears: Int! @external }
      type Van implements Machine { name: String @external axles: Int! @external tons: Int! @external }
      type Trip @key(fields: "id") {
        id: ID!
        vehicle: Vehicle @external
        machine: Machine @external
        convoy: [Vehicle!]! @external
        summary: String @requires(fields: "vehicle { __typename ... on Truck { axles } ... on Van { axles } ... on Bike { gears } }")
        toll: Int @requires(fields: "machine { __typename name ... on Truck { tons } ... on Van { tons } }")
        convoySummary: [String] @requires(fields: "convoy { __typename ... on Truck { axles } ... on Van { axles } ... on Bike { gears } }")
      }
    `,
  },
  records: { entities: trips, query: { trips } },
  cases: [
    { hiveDiffers: 'nullInput', text: '{ trips { summary } }' },
    { hiveDiffers: 'nullInput', text: '{ trips { toll } }' },
    { text: '{ trips { convoySummary } }' },
    {
      hiveDiffers: 'nullInput',
      text: '{ trips { summary toll convoySummary vehicle { ... on Bike { g: gears } } } }',
    },
    { hiveDiffers: 'nullInput', text: '{ trips { toll machine { __typename n: name } } }' },
    {
      text: '{ trips { convoySummary convoy { __typename ... on Machine { name } ... on Truck { axles } } } }',
    },
  ],
  switches: [
    NO_INPUTS,
    {
      what: 'fragments of inputs are not read',
      supergraph: (sdl) => sdl.replaceAll(/(requires: "[^"]*?)\.\.\.on (?:Truck|Van)\{[^{}]*\}/g, '$1'),
    },
  ],
};
