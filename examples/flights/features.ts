/**
 * What the example loads, and as of when: one SQL file per view. It must not know where the rows go.
 */
export interface ExampleView {
  /** The view's name in the schema. */
  readonly view: string;
  /** The file that computes its rows as known at a moment. */
  readonly sqlFile: URL;
}

/**
 * The moment that the example stands at: midnight in New York after the last day of the data, one minute after its
 * last scheduled departure. The evening's last flights are still in the air or late at the gate, so every window has
 * something in it, and the newest weather (03:00) is one hour old.
 */
export const EXAMPLE_MOMENT_MS = Date.UTC(2013, 3, 1, 4, 0);

const VIEW_NAMES = [
  'aircraft_facts',
  'aircraft_last_departure',
  'aircraft_last_arrivals',
  'aircraft_legs_24h',
  'aircraft_legs_30d',
  'aircraft_routes_30d',
  'airport_facts',
  'airport_weather',
  'airport_traffic_1h',
  'airport_arrivals_24h',
  'airport_last_departure',
  'carrier_facts',
  'carrier_departures_7d',
  'carrier_arrivals_7d',
  'carrier_volume_30d',
  'carrier_last_departure',
  'route_facts',
  'route_departures_7d',
  'route_arrivals_30d',
  'route_last_departure',
] as const;

export const EXAMPLE_VIEWS: readonly ExampleView[] = VIEW_NAMES.map((view) => ({
  view,
  sqlFile: new URL(`sql/${view}.sql`, import.meta.url),
}));
