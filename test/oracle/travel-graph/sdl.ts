/** A graph of four subgraphs that has what federation can ask of an executor, in as few types as that takes. */
const HEADER = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires"])
`;

export const SUBGRAPH_SDL: Readonly<Record<string, string>> = {
  fleet: `${HEADER}
    enum Engine { JET PROP ELECTRIC }
    interface Vehicle { label: String seats(unit: String): Int }
    type Aircraft implements Vehicle @key(fields: "tailnum") {
      tailnum: ID!
      label: String
      seats(unit: String): Int
      engine: Engine
      builtYear: Int
      "Fails for some: a store that is down for a view."
      usage: Float
      "Fails for some, and may not be null."
      strict: Int!
      nicknames: [String!]
      grid: [[Int!]]
      leg: Leg
      legs: [Leg!]!
      info: Info @shareable
      lastCarrier: Carrier
      bases: [Airport]
      hops: [[Airport!]]
      places: [Place]
      route: Route
    }
    type Tug implements Vehicle { label: String seats(unit: String): Int power: Int tows: Aircraft }
    type Leg { from: Airport to: Airport! minutes: Int note: String }
    type Info @shareable { a: Int common: String }
    type Hangar @key(fields: "number") { number: Int! size: Int near: Airport }
    union Place = Airport | Hangar
    union Found = Aircraft | Carrier | Airport | Tug
    type Carrier @key(fields: "carrier", resolvable: false) { carrier: ID! }
    type Airport @key(fields: "code", resolvable: false) { code: ID! }
    type Route @key(fields: "origin dest", resolvable: false) { origin: ID! dest: ID! }
    input Filter { engine: Engine minSeats: Int = 0 }
    type Query {
      aircraft(tailnum: ID!): Aircraft
      aircraftList(tailnums: [ID!]!): [Aircraft]
      fleet(filter: Filter): [Aircraft!]
      vehicles: [Vehicle]
      search(text: String): [Found]
    }
    type Mutation { note(text: String!): Int }
  `,
  carrier: `${HEADER}
    type Carrier @key(fields: "carrier") {
      carrier: ID!
      name: String
      onTimeRate: Float
      "Fails for some."
      delay: Float
      flagship: Aircraft
      fleet(first: Int = 2): [Aircraft!]
      hubs: [Airport!]
      rival: Carrier
    }
    type Aircraft @key(fields: "tailnum") {
      tailnum: ID!
      seats(unit: String): Int @external
      usage: Float @external
      leg: Leg @external
      legs: [Leg!]! @external
      info: Info @shareable
      lease: Float
      perRow(factor: Float = 1): Float @requires(fields: "seats(unit: \\"rows\\") leg { minutes }")
      usageShare: Float @requires(fields: "usage")
      legMinutes: Int @requires(fields: "legs { minutes }")
    }
    type Leg { minutes: Int @external }
    type Info @shareable { b: Int common: String }
    type Airport @key(fields: "icao") { icao: String lounge: String }
    type Query { carrier(carrier: ID!): Carrier carriers: [Carrier!]! }
    type Mutation { ping(text: String!): Int }
  `,
  airport: `${HEADER}
    type Airport @key(fields: "code") @key(fields: "icao") {
      code: ID!
      icao: String
      city: String
      weather: Weather
      gates(first: Int): [Gate!]
      partner: Airport
    }
    type Weather { temperature: Float wind: Float! }
    type Gate @key(fields: "airport { code } number") { airport: Airport! number: Int! width: Int }
    type Hangar @key(fields: "number") { number: Int! cost: Float }
    type Query { airport(code: ID!): Airport airports(codes: [ID!]!): [Airport] }
  `,
  route: `${HEADER}
    type Route @key(fields: "origin dest") {
      origin: ID!
      dest: ID!
      distance: Float
      from: Airport
      to: Airport
      best: Carrier
      carriers: [Carrier!]
      back: Route
    }
    type Gate @key(fields: "airport { code } number") {
      airport: Airport!
      number: Int!
      width: Int @external
      busy: Float
      crowding: Float @requires(fields: "width")
    }
    type Airport @key(fields: "code") { code: ID! routes(first: Int = 3): [Route!] }
    type Carrier @key(fields: "carrier", resolvable: false) { carrier: ID! }
    type Query { route(origin: ID!, dest: ID!): Route routes: [Route] }
  `,
};
