/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** The key of a route. */
export type RouteKey = {
  /** Code of the airport it goes to. */
  dest: string;
  /** Code of the airport it starts from. */
  origin: string;
};

export type AircraftFeaturesQueryVariables = Exact<{
  tailnums: Array<string>;
}>;


export type AircraftFeaturesQuery = { aircraftList: Array<{ tailnum: string, seats: number | null, legs24h: number | null, recentArrivalDelaysMin: Array<number> | null }> | null };

export type DepartureFeaturesQueryVariables = Exact<{
  tailnum: string;
  carrier: string;
  origin: string;
  dest: string;
}>;


export type DepartureFeaturesQuery = { aircraft: { tailnum: string, seats: number | null, ageYears: number | null, legs24h: number | null, lastArrivalDelayMin: number | null, sinceLastDepartureMin: number | null } | null, carrier: { carrier: string, onTimeRate7d: number | null, departureDelay7dMeanMin: number | null } | null, route: { distanceMiles: number | null, arrivalDelay30dP90Min: number | null, originAirport: { departures1h: number | null, temperatureF: number | null, wind: { speedMph: number | null, gustMph: number | null } | null } | null } | null };

export type ManyDeparturesFeaturesQueryVariables = Exact<{
  tailnums: Array<string>;
  carriers: Array<string>;
  routes: Array<RouteKey>;
}>;


export type ManyDeparturesFeaturesQuery = { aircraftList: Array<{ tailnum: string, seats: number | null, ageYears: number | null, legs24h: number | null, lastArrivalDelayMin: number | null, sinceLastDepartureMin: number | null }> | null, carrierList: Array<{ carrier: string, onTimeRate7d: number | null, departureDelay7dMeanMin: number | null }> | null, routeList: Array<{ origin: string, dest: string, distanceMiles: number | null, arrivalDelay30dP90Min: number | null }> | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const AircraftFeaturesDocument = new TypedDocumentString(`
    query AircraftFeatures($tailnums: [ID!]!) {
  aircraftList(tailnums: $tailnums) {
    tailnum
    seats
    legs24h
    recentArrivalDelaysMin
  }
}
    `, {"hash":"sha256:b9efc034a8a44dba55fb2bd057a49bce5b14e1c46e91e1b9bca83de50da8a184"}) as unknown as TypedDocumentString<AircraftFeaturesQuery, AircraftFeaturesQueryVariables>;
export const DepartureFeaturesDocument = new TypedDocumentString(`
    query DepartureFeatures($tailnum: ID!, $carrier: ID!, $origin: ID!, $dest: ID!) {
  aircraft(tailnum: $tailnum) {
    tailnum
    seats
    ageYears
    legs24h
    lastArrivalDelayMin
    sinceLastDepartureMin
  }
  carrier(carrier: $carrier) {
    carrier
    onTimeRate7d
    departureDelay7dMeanMin
  }
  route(origin: $origin, dest: $dest) {
    distanceMiles
    arrivalDelay30dP90Min
    originAirport {
      departures1h
      temperatureF
      wind {
        speedMph
        gustMph
      }
    }
  }
}
    `, {"hash":"sha256:d3b9192a120d5ce67a09f1fe1497906c530c5b1eaac8fc036a72f0c4cbeed449"}) as unknown as TypedDocumentString<DepartureFeaturesQuery, DepartureFeaturesQueryVariables>;
export const ManyDeparturesFeaturesDocument = new TypedDocumentString(`
    query ManyDeparturesFeatures($tailnums: [ID!]!, $carriers: [ID!]!, $routes: [RouteKey!]!) {
  aircraftList(tailnums: $tailnums) {
    tailnum
    seats
    ageYears
    legs24h
    lastArrivalDelayMin
    sinceLastDepartureMin
  }
  carrierList(carriers: $carriers) {
    carrier
    onTimeRate7d
    departureDelay7dMeanMin
  }
  routeList(keys: $routes) {
    origin
    dest
    distanceMiles
    arrivalDelay30dP90Min
  }
}
    `, {"hash":"sha256:372f3e66682ba0d5e5bf40b45f0cbda0cfba5f9bba5ead1d0044b922379cb5b8"}) as unknown as TypedDocumentString<ManyDeparturesFeaturesQuery, ManyDeparturesFeaturesQueryVariables>;