/** Operations written by hand over the travel graph: each has something that an executor gets wrong easily. */
import type { OracleQuery } from '../compare-with-oracle.ts';

const ALL = '["A1", "A2", "A3", "A4", "A5"]';

const TEXTS: readonly string[] = [
  // One subgraph.
  '{ aircraft(tailnum: "A1") { tailnum label seats engine builtYear } }',
  '{ a: aircraft(tailnum: "A1") { label } b: aircraft(tailnum: "A2") { label } }',
  `{ aircraftList(tailnums: ${ALL}) { nicknames grid } }`,
  '{ aircraftList(tailnums: []) { label } }',
  '{ aircraftList(tailnums: ["A1", "NULL", "A1"]) { label } }',
  '{ aircraft(tailnum: "unknown") { tailnum label seats legs { minutes } } }',
  '{ fleet(filter: { engine: JET }) { tailnum } }',
  '{ fleet(filter: { minSeats: 10 }) { tailnum } jets: fleet(filter: { engine: JET, minSeats: 100 }) { tailnum } }',
  '{ __typename }',
  '{ __typename t: __typename aircraft(tailnum: "A1") { __typename t: __typename } }',
  // References between domains.
  '{ aircraft(tailnum: "A1") { lastCarrier { carrier } } }',
  '{ aircraft(tailnum: "A1") { lastCarrier { name onTimeRate } } }',
  '{ aircraft(tailnum: "A3") { lastCarrier { name } } }',
  `{ aircraftList(tailnums: ${ALL}) { lastCarrier { name rival { name rival { name } } } } }`,
  '{ carrier(carrier: "UA") { flagship { label lastCarrier { flagship { label } } } } }',
  '{ carriers { flagship { tailnum } fleet(first: 3) { tailnum label } } }',
  '{ route(origin: "JFK", dest: "LAX") { from { city weather { temperature } } to { city } } }',
  '{ routes { best { name } carriers { name } back { distance best { name } } } }',
  '{ airport(code: "JFK") { routes { distance to { city partner { city } } } } }',
  '{ aircraft(tailnum: "A1") { route { origin dest distance from { city } } } }',
  '{ aircraft(tailnum: "A5") { route { origin distance from { city } to { code city } } } }',
  // Several keys of one type, composite and nested keys.
  '{ airports(codes: ["JFK", "LAX", "BOS"]) { lounge } }',
  '{ airports(codes: ["JFK", "NULL", "BOS", "unknown"]) { code lounge icao } }',
  '{ carriers { hubs { icao code city lounge } } }',
  '{ carriers { hubs { routes { distance } } } }',
  '{ airport(code: "JFK") { gates { number width busy } } }',
  '{ airport(code: "JFK") { gates { airport { code city } crowding } } }',
  '{ airport(code: "BOS") { gates { busy } } }',
  // Inputs from another domain.
  `{ aircraftList(tailnums: ${ALL}) { usageShare } }`,
  `{ aircraftList(tailnums: ${ALL}) { usage usageShare lease } }`,
  `{ aircraftList(tailnums: ${ALL}) { perRow } }`,
  `{ aircraftList(tailnums: ${ALL}) { perRow(factor: 2) half: perRow(factor: 0.5) seats rows: seats(unit: "rows") } }`,
  `{ aircraftList(tailnums: ${ALL}) { legMinutes legs { minutes } } }`,
  '{ carriers { flagship { perRow usageShare legMinutes } } }',
  '{ carriers { fleet(first: 3) { seats perRow } } }',
  '{ airports(codes: ["JFK", "LAX"]) { gates { crowding } } }',
  // Aliases that are other fields' names.
  '{ aircraft(tailnum: "A1") { seats: label label: seats } }',
  '{ aircraft(tailnum: "A1") { perRow seats: label leg { minutes: from { city } } } }',
  '{ aircraft(tailnum: "A1") { legs { minutes: from { code } } legMinutes } }',
  '{ aircraft(tailnum: "A1") { tailnum: label lastCarrier { carrier: name } usageShare } }',
  '{ carrier(carrier: "UA") { hubs { icao: city code: icao lounge } } }',
  '{ aircraft: carrier(carrier: "UA") { name } carrier: aircraft(tailnum: "A1") { label } }',
  '{ aircraft(tailnum: "A1") { x: leg { minutes } x: leg { from { code } } } }',
  // Interfaces and unions.
  '{ vehicles { label seats } }',
  '{ vehicles { __typename label ... on Aircraft { lease } ... on Tug { power tows { lease } } } }',
  '{ vehicles { ... on Vehicle { label } ... on Aircraft { label perRow } } }',
  '{ vehicles { t: __typename label } }',
  '{ search(text: "x") { __typename } }',
  '{ search(text: "x") { ... on Aircraft { label lease } ... on Carrier { name } ... on Airport { city lounge } ... on Tug { tows { lease } } } }',
  '{ search(text: "x") { ... on Aircraft { label } ... on Carrier { label: name } } }',
  '{ search(text: "null") { ... on Carrier { name } } none: search(text: "none") { ... on Carrier { name } } }',
  `{ aircraftList(tailnums: ${ALL}) { places { __typename ... on Airport { city routes { distance } } ... on Hangar { size cost near { city } } } } }`,
  `{ aircraftList(tailnums: ${ALL}) { bases { city } hops { city lounge } } }`,
  // Nulls and failures.
  `{ aircraftList(tailnums: ${ALL}) { tailnum strict } }`,
  '{ aircraft(tailnum: "A3") { label strict lease } }',
  '{ fleet { strict } }',
  '{ carriers { name flagship { strict label } } }',
  '{ carriers { delay name } }',
  '{ airports(codes: ["JFK", "LAX"]) { weather { wind temperature } city } }',
  `{ aircraftList(tailnums: ${ALL}) { legs { note minutes to { city weather { wind } } } } }`,
  `{ aircraftList(tailnums: ${ALL}) { info { a b common } } }`,
  '{ aircraft(tailnum: "A5") { label nicknames } }',
  // Fragments.
  'query Q { aircraft(tailnum: "A1") { ...A } } fragment A on Aircraft { label lastCarrier { ...C } } fragment C on Carrier { name flagship { ...B } } fragment B on Aircraft { seats }',
  '{ aircraft(tailnum: "A1") { ... { label ... { seats ... on Aircraft { engine } } } } }',
  '{ ...R aircraft(tailnum: "A2") { label } } fragment R on Query { aircraft(tailnum: "A2") { seats lease } __typename }',
  '{ vehicles { ...V } } fragment V on Vehicle { __typename label ... on Aircraft { ...A } } fragment A on Aircraft { perRow lastCarrier { name } }',
];

const WITH_VARIABLES: readonly OracleQuery[] = [
  { text: 'query Q($t: ID!) { aircraft(tailnum: $t) { label lease } }', variables: { t: 'A1' } },
  {
    text: 'query Q($t: [ID!]!) { aircraftList(tailnums: $t) { label lastCarrier { name } } }',
    variables: { t: 'A1' },
  },
  {
    text: 'query Q($t: ID! = "A2", $f: Float = 3) { aircraft(tailnum: $t) { perRow(factor: $f) } }',
    variables: {},
  },
  { text: 'query Q($f: Float) { aircraft(tailnum: "A1") { perRow(factor: $f) } }', variables: {} },
  {
    text: 'query Q($e: Engine, $f: Filter) { fleet(filter: { engine: $e }) { tailnum } all: fleet(filter: $f) { tailnum } }',
    variables: { e: 'PROP', f: { minSeats: 60 } },
  },
  { text: 'query Q($n: Int!) { carriers { fleet(first: $n) { tailnum lease } } }', variables: { n: 1 } },
];

const CONDITIONAL =
  'query Q($a: Boolean!, $b: Boolean!) { aircraft(tailnum: "A1") @skip(if: $a) { label lease @include(if: $b) lastCarrier { name @skip(if: $b) onTimeRate } } airport(code: "JFK") { ... @include(if: $a) { city lounge } gates @skip(if: $b) { ...G @include(if: $a) number } } } fragment G on Gate { crowding busy @skip(if: $b) }';

export const HAND_WRITTEN: readonly OracleQuery[] = [
  ...TEXTS.map((text) => ({ text })),
  ...WITH_VARIABLES,
  ...[false, true].flatMap((a) => [false, true].map((b) => ({ text: CONDITIONAL, variables: { a, b } }))),
  { text: '{ aircraft(tailnum: "A1") @skip(if: true) { label lease } }' },
  { text: '{ aircraft(tailnum: "A1") { label @include(if: false) } }' },
  {
    text: 'query Q($a: Boolean = true) { aircraft(tailnum: "A1") { lease @include(if: $a) label @skip(if: $a) } }',
  },
];

/** Asked with each subgraph down in turn. */
export const HAND_WRITTEN_PARTIAL: readonly OracleQuery[] = [
  `{ aircraftList(tailnums: ${ALL}) { tailnum label usageShare perRow lease lastCarrier { carrier name } } }`,
  '{ carriers { name fleet { label lease } hubs { city lounge } } airport(code: "JFK") { city } }',
  '{ route(origin: "JFK", dest: "LAX") { distance from { city gates { number busy crowding } } best { name } } }',
  '{ vehicles { label seats ... on Aircraft { lease } } airports(codes: ["JFK", "BOS"]) { code lounge routes { distance } } }',
  '{ airports(codes: ["JFK", "LAX"]) { city gates { crowding airport { code } } } }',
  '{ aircraft(tailnum: "A1") { places { ... on Airport { city } ... on Hangar { size cost } } hops { city } route { distance from { city } } } }',
  '{ a: aircraft(tailnum: "A1") { label } c: carrier(carrier: "UA") { name } p: airport(code: "JFK") { city } r: route(origin: "JFK", dest: "LAX") { distance } }',
  '{ search(text: "x") { ... on Aircraft { label lease } ... on Carrier { name } ... on Airport { city lounge } } }',
].flatMap((text) => ['fleet', 'carrier', 'airport', 'route'].map((down) => ({ text, down: [down] })));
