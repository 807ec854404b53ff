import type { DomainCode } from '../src/registry/registry.ts';

/** The carrier team's code. */
export const transforms: NonNullable<DomainCode['transforms']> = {
  seatMilesPerDeparture: {
    inputs: { seatMiles: 'BigInt', departures: 'Int' },
    output: 'Float',
    compute({ seatMiles, departures }) {
      // Without departures there is no average.
      if (seatMiles === null || departures === null || departures === 0) return null;
      return Number(seatMiles) / (departures as number);
    },
  },
};
