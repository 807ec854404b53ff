/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "query AircraftFeatures($tailnums: [ID!]!) {\n  aircraftList(tailnums: $tailnums) {\n    tailnum\n    seats\n    legs24h\n    recentArrivalDelaysMin\n  }\n}": typeof types.AircraftFeaturesDocument,
    "query DepartureFeatures($tailnum: ID!, $carrier: ID!, $origin: ID!, $dest: ID!) {\n  aircraft(tailnum: $tailnum) {\n    tailnum\n    seats\n    ageYears\n    legs24h\n    lastArrivalDelayMin\n    sinceLastDepartureMin\n  }\n  carrier(carrier: $carrier) {\n    carrier\n    onTimeRate7d\n    departureDelay7dMeanMin\n  }\n  route(origin: $origin, dest: $dest) {\n    distanceMiles\n    arrivalDelay30dP90Min\n    originAirport {\n      departures1h\n      temperatureF\n      wind {\n        speedMph\n        gustMph\n      }\n    }\n  }\n}": typeof types.DepartureFeaturesDocument,
    "query ManyDeparturesFeatures($tailnums: [ID!]!, $carriers: [ID!]!, $routes: [RouteKey!]!) {\n  aircraftList(tailnums: $tailnums) {\n    tailnum\n    seats\n    ageYears\n    legs24h\n    lastArrivalDelayMin\n    sinceLastDepartureMin\n  }\n  carrierList(carriers: $carriers) {\n    carrier\n    onTimeRate7d\n    departureDelay7dMeanMin\n  }\n  routeList(keys: $routes) {\n    origin\n    dest\n    distanceMiles\n    arrivalDelay30dP90Min\n  }\n}": typeof types.ManyDeparturesFeaturesDocument,
};
const documents: Documents = {
    "query AircraftFeatures($tailnums: [ID!]!) {\n  aircraftList(tailnums: $tailnums) {\n    tailnum\n    seats\n    legs24h\n    recentArrivalDelaysMin\n  }\n}": types.AircraftFeaturesDocument,
    "query DepartureFeatures($tailnum: ID!, $carrier: ID!, $origin: ID!, $dest: ID!) {\n  aircraft(tailnum: $tailnum) {\n    tailnum\n    seats\n    ageYears\n    legs24h\n    lastArrivalDelayMin\n    sinceLastDepartureMin\n  }\n  carrier(carrier: $carrier) {\n    carrier\n    onTimeRate7d\n    departureDelay7dMeanMin\n  }\n  route(origin: $origin, dest: $dest) {\n    distanceMiles\n    arrivalDelay30dP90Min\n    originAirport {\n      departures1h\n      temperatureF\n      wind {\n        speedMph\n        gustMph\n      }\n    }\n  }\n}": types.DepartureFeaturesDocument,
    "query ManyDeparturesFeatures($tailnums: [ID!]!, $carriers: [ID!]!, $routes: [RouteKey!]!) {\n  aircraftList(tailnums: $tailnums) {\n    tailnum\n    seats\n    ageYears\n    legs24h\n    lastArrivalDelayMin\n    sinceLastDepartureMin\n  }\n  carrierList(carriers: $carriers) {\n    carrier\n    onTimeRate7d\n    departureDelay7dMeanMin\n  }\n  routeList(keys: $routes) {\n    origin\n    dest\n    distanceMiles\n    arrivalDelay30dP90Min\n  }\n}": types.ManyDeparturesFeaturesDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query AircraftFeatures($tailnums: [ID!]!) {\n  aircraftList(tailnums: $tailnums) {\n    tailnum\n    seats\n    legs24h\n    recentArrivalDelaysMin\n  }\n}"): typeof import('./graphql.ts').AircraftFeaturesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query DepartureFeatures($tailnum: ID!, $carrier: ID!, $origin: ID!, $dest: ID!) {\n  aircraft(tailnum: $tailnum) {\n    tailnum\n    seats\n    ageYears\n    legs24h\n    lastArrivalDelayMin\n    sinceLastDepartureMin\n  }\n  carrier(carrier: $carrier) {\n    carrier\n    onTimeRate7d\n    departureDelay7dMeanMin\n  }\n  route(origin: $origin, dest: $dest) {\n    distanceMiles\n    arrivalDelay30dP90Min\n    originAirport {\n      departures1h\n      temperatureF\n      wind {\n        speedMph\n        gustMph\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').DepartureFeaturesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query ManyDeparturesFeatures($tailnums: [ID!]!, $carriers: [ID!]!, $routes: [RouteKey!]!) {\n  aircraftList(tailnums: $tailnums) {\n    tailnum\n    seats\n    ageYears\n    legs24h\n    lastArrivalDelayMin\n    sinceLastDepartureMin\n  }\n  carrierList(carriers: $carriers) {\n    carrier\n    onTimeRate7d\n    departureDelay7dMeanMin\n  }\n  routeList(keys: $routes) {\n    origin\n    dest\n    distanceMiles\n    arrivalDelay30dP90Min\n  }\n}"): typeof import('./graphql.ts').ManyDeparturesFeaturesDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
