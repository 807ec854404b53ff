import type { DomainCode } from '../src/registry/registry.ts';

/** The fleet team's code: on-demand features and the one field that it resolves itself. */
const MEAN_YEAR_MS = 365.2425 * 24 * 3_600_000;
const MINUTE_MS = 60_000;

export const transforms: NonNullable<DomainCode['transforms']> = {
  yearsSince: {
    inputs: { year: 'Int' },
    output: 'Float',
    compute({ year }, _args, { requestTimeMs }) {
      if (year === null) return null;
      // A year that is still to come is this year's model, sold early: new, not of negative age.
      return Math.max(0, (requestTimeMs - Date.UTC(year as number, 0, 1)) / MEAN_YEAR_MS);
    },
  },
  minutesSince: {
    inputs: { moment: 'DateTime' },
    output: 'Float',
    compute({ moment }, _args, { requestTimeMs }) {
      return moment === null ? null : (requestTimeMs - Date.parse(moment as string)) / MINUTE_MS;
    },
  },
};

/** How letters and digits are said over the radio (ICAO). */
const SPOKEN: Readonly<Record<string, string>> = {
  A: 'Alfa',
  B: 'Bravo',
  C: 'Charlie',
  D: 'Delta',
  E: 'Echo',
  F: 'Foxtrot',
  G: 'Golf',
  H: 'Hotel',
  I: 'India',
  J: 'Juliett',
  K: 'Kilo',
  L: 'Lima',
  M: 'Mike',
  N: 'November',
  O: 'Oscar',
  P: 'Papa',
  Q: 'Quebec',
  R: 'Romeo',
  S: 'Sierra',
  T: 'Tango',
  U: 'Uniform',
  V: 'Victor',
  W: 'Whiskey',
  X: 'X-ray',
  Y: 'Yankee',
  Z: 'Zulu',
  '0': 'Zero',
  '1': 'One',
  '2': 'Two',
  '3': 'Three',
  '4': 'Four',
  '5': 'Five',
  '6': 'Six',
  '7': 'Seven',
  '8': 'Eight',
  '9': 'Nine',
};

export const resolvers: NonNullable<DomainCode['resolvers']> = {
  Aircraft: {
    /** @returns null for a tail number with a character that has no spoken form. */
    spokenTailnum: Object.assign(
      ({ tailnum }: { readonly tailnum: string }): string | null => {
        const words = Array.from(tailnum.toUpperCase(), (character) => SPOKEN[character]);
        return words.every((word) => word !== undefined) ? words.join(' ') : null;
      },
      { reads: [] }, // the key alone: a resolver that does not say is given every feature of its entity
    ),
  },
};
