/** What the arguments of the travel graph may be, in generated operations. */
const TAILNUMS = ['A1', 'A2', 'A3', 'A4', 'A5', 'unknown'];
const CODES = ['JFK', 'LAX', 'BOS', 'unknown'];

export const ARGUMENT_VALUES: Readonly<Record<string, readonly unknown[]>> = {
  'Query.aircraft.tailnum': TAILNUMS,
  'Query.aircraftList.tailnums': [
    ['A1', 'A2', 'A3', 'A4', 'A5'],
    ['A1', 'A1', 'NULL', 'A4'],
    [],
    ['A5', 'unknown', 'A3'],
  ],
  'Query.fleet.filter': [{ engine: 'JET' }, { minSeats: 10 }, {}],
  'Query.search.text': ['x', 'none', 'null'],
  'Query.carrier.carrier': ['UA', 'DL', 'AA', 'unknown'],
  'Query.airport.code': CODES,
  'Query.airports.codes': [['JFK', 'LAX'], ['BOS', 'NULL', 'BOS'], []],
  'Query.route.origin': CODES,
  'Query.route.dest': CODES,
  'Aircraft.seats.unit': ['rows', 'seats'],
  'Tug.seats.unit': ['rows'],
  'Vehicle.seats.unit': ['rows', 'seats'],
  'Aircraft.perRow.factor': [2, 0.5],
  'Carrier.fleet.first': [1, 3],
  'Airport.gates.first': [1, 2],
  'Airport.routes.first': [1, 2],
};
