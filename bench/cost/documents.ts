/** Documents whose price is measured: one as wide as a model's, and one that expands to a thousand million fields. */

const AIRCRAFT = `tailnum engine engines seats builtYear ageYears legs24h distance24hMiles departureDelay24hMeanMin
  lastDepartureAt lastDepartureDelayMin lastArrivalDelayMin lastCarrierCode lastOriginCode lastDestCode`;
const AIRPORT = `airport name latitude longitude altitudeFt timeZone temperatureF dewPointF humidityPct
  visibilityMiles departures1h cancellations1h departureDelay1hMeanMin arrivals24h arrivalDelay24hMeanMin`;
const CARRIER = 'carrier name onTimeRate7d departureDelay7dMeanMin';

const PLACE = `${AIRCRAFT} lastCarrier { ${CARRIER} } lastDestAirport { ${AIRPORT} wind { speedMph gustMph } }`;

/** 140 nodes. */
export const WIDE_QUERY = `query Wide($keys: [ID!]!) {
  a: aircraftList(tailnums: $keys) { ${PLACE} }
  b: aircraftList(tailnums: $keys) { ${PLACE} }
  c: airportList(airports: $keys) { ${AIRPORT} lastCarrier { ${CARRIER} } lastAircraft { ${AIRCRAFT} } }
  d: carrierList(carriers: $keys) { ${CARRIER} departures7d departures30d }
  e: airportList(airports: $keys) { ${AIRPORT} }
}`;

const DOUBLINGS = 30;

export function bombText(): string {
  const fragments = Array.from(
    { length: DOUBLINGS },
    (_, i) => `fragment F${i} on Aircraft { ...F${i + 1} ...F${i + 1} }`,
  );
  return `{ aircraftList(tailnums: ["N1"]) { ...F0 } } ${fragments.join(' ')} fragment F${DOUBLINGS} on Aircraft { seats }`;
}
