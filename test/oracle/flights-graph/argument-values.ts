/** What the arguments of the flights graph may be, in generated operations: known, unknown, repeated and impossible keys. */
const TAILNUMS = ['N14228', 'N102UW', 'N10156', 'N0EGMQ', 'NONE', ''];
const AIRPORTS = ['EWR', 'JFK', 'LGA', 'IAH', 'XXX'];
const CARRIERS = ['UA', 'B6', '9E', 'ZZ'];

export const FLIGHTS_ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  'Query.aircraft.tailnum': TAILNUMS,
  'Query.aircraftList.tailnums': [
    ['N14228', 'N102UW', 'N14228'],
    ['NONE', 'N0EGMQ', ''],
    [],
    ['x'.repeat(600), 'N10156'],
  ],
  'Query.airport.airport': AIRPORTS,
  'Query.airportList.airports': [['EWR', 'JFK', 'LGA'], ['IAH', 'XXX'], []],
  'Query.carrier.carrier': CARRIERS,
  'Query.carrierList.carriers': [['UA', 'B6'], ['ZZ', 'UA', 'UA'], []],
  'Query.route.origin': AIRPORTS,
  'Query.route.dest': AIRPORTS,
  'Query.routeList.keys': [
    [
      { origin: 'EWR', dest: 'IAH' },
      { origin: 'XXX', dest: 'IAH' },
    ],
    [{ origin: 'JFK', dest: '' }],
    [],
  ],
  'Airport.distanceToMiles.latitude': [40.7, -90],
  'Airport.distanceToMiles.longitude': [-74.2, 180],
  'Airport.crosswindMph.headingDeg': [0, 40, 400],
};
