import type { DomainCode } from '../src/registry/registry.ts';

/** The airport team's code: on-demand features that take arguments. */
/** Mean radius of the Earth (IUGG). */
const EARTH_RADIUS_MILES = 6371.0088 / 1.609344;

interface Wind {
  readonly speedMph: number | null;
  readonly directionDeg: number | null;
}

export const transforms: NonNullable<DomainCode['transforms']> = {
  greatCircleDistance: {
    inputs: { fromLatitude: 'Float', fromLongitude: 'Float' },
    arguments: { latitude: 'Float!', longitude: 'Float!' },
    output: 'Float',
    compute({ fromLatitude, fromLongitude }, { latitude, longitude }) {
      assertWithin('latitude', latitude as number, -90, 90);
      assertWithin('longitude', longitude as number, -180, 180);
      if (fromLatitude === null || fromLongitude === null) return null;
      return greatCircleMiles(
        fromLatitude as number,
        fromLongitude as number,
        latitude as number,
        longitude as number,
      );
    },
  },
  crosswind: {
    inputs: { wind: 'Wind' },
    arguments: { headingDeg: 'Int!' },
    output: 'Float',
    compute({ wind }, { headingDeg }) {
      assertWithin('headingDeg', headingDeg as number, 0, 360);
      if (wind === null) return null;
      const { speedMph, directionDeg } = wind as Wind;
      // Calm air has no direction and no crosswind; wind without a direction is variable, its crosswind unknown.
      if (speedMph === 0) return 0;
      if (speedMph === null || directionDeg === null) return null;
      return Math.abs(speedMph * Math.sin(radians(directionDeg - (headingDeg as number))));
    },
  },
};

/** The haversine formula: exact enough at every distance, for a sphere. */
function greatCircleMiles(
  latitude: number,
  longitude: number,
  toLatitude: number,
  toLongitude: number,
): number {
  const latitudeHalf = Math.sin(radians(toLatitude - latitude) / 2);
  const longitudeHalf = Math.sin(radians(toLongitude - longitude) / 2);
  const chord =
    latitudeHalf ** 2 + Math.cos(radians(latitude)) * Math.cos(radians(toLatitude)) * longitudeHalf ** 2;
  // Rounding may carry the chord of two antipodes past 1, where the arcsine ends.
  return 2 * EARTH_RADIUS_MILES * Math.asin(Math.min(1, Math.sqrt(chord)));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

function assertWithin(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) {
    throw new RangeError(`Expected ${name} from ${least} to ${most}, got ${value}.`);
  }
}
