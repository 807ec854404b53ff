import type { DomainCode } from '../src/registry/registry.ts';

/** The route team's code: one of its features needs the fleet's seats. */
const HOUR_MIN = 60;

export const transforms: NonNullable<DomainCode['transforms']> = {
  groundSpeed: {
    inputs: { distanceMiles: 'Int', airTimeMin: 'Float' },
    output: 'Float',
    compute({ distanceMiles, airTimeMin }) {
      if (distanceMiles === null || airTimeMin === null) return null;
      if ((airTimeMin as number) <= 0)
        throw new RangeError(`Expected air time over 0 min, got ${airTimeMin}.`);
      return ((distanceMiles as number) / (airTimeMin as number)) * HOUR_MIN;
    },
  },
  seatMiles: {
    inputs: { seats: 'Int', miles: 'Int' },
    output: 'BigInt',
    compute({ seats, miles }) {
      if (seats === null || miles === null) return null;
      // BigInt features are strings everywhere outside of this line.
      return (BigInt(seats as number) * BigInt(miles as number)).toString();
    },
  },
};
