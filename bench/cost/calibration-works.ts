import type { ReadOptions } from '../../src/core/request-context.ts';

/** Operations that take much of one thing and little of the others, so that a fit can tell them apart. */
export interface CalibrationWork {
  readonly name: string;
  readonly text: string;
  readonly keys: number;
  /** Whether each domain is behind HTTP. */
  readonly apart: boolean;
  readonly options: Pick<ReadOptions, 'cache' | 'consistency'>;
}

const WIDE = `tailnum manufacturer model engine engines seats builtYear legs24h distance24hMiles departureDelay24hMeanMin
  lastDepartureAt lastDepartureDelayMin lastArrivalAt lastArrivalDelayMin lastCarrierCode lastOriginCode lastDestCode`;
const transforms = (count: number): string =>
  Array.from({ length: count }, (_, i) => `a${i}: crosswindMph(headingDeg: ${i * 10})`).join(' ');

const aircraft = (selection: string): string =>
  `query ($t: [ID!]!) { aircraftList(tailnums: $t) { ${selection} } }`;
/** Keys of the flights are aircraft; airports that they do not name are computed over all the same. */
const airports = (selection: string): string =>
  `query ($t: [ID!]!) { airportList(airports: $t) { ${selection} } }`;

const TEXTS: Readonly<Record<string, string>> = {
  'a feature': aircraft('engines'),
  'many features': aircraft(WIDE),
  'many features four times': aircraft(
    `${WIDE} ${['b', 'c', 'd']
      .map((p) =>
        WIDE.trim()
          .split(/\s+/)
          .map((f) => `${p}_${f}: ${f}`)
          .join(' '),
      )
      .join(' ')}`,
  ),
  'a transform': airports(transforms(1)),
  'ten transforms': airports(transforms(10)),
  'three domains': aircraft('engines lastCarrier { name } lastDestAirport { name }'),
};

const READING = ['a feature', 'many features', 'three domains'];

/** As they are read when nobody says how, in one process and apart; and, of those that read, as the truth has it. */
export const CALIBRATION_WORKS: readonly CalibrationWork[] = [
  ...worksOf(Object.keys(TEXTS), '', { apart: false, options: {} }),
  ...worksOf(Object.keys(TEXTS), ', apart', { apart: true, options: {} }),
  ...worksOf(READING, ', BYPASS', { apart: false, options: { cache: 'BYPASS' } }),
  ...worksOf(READING, ', QUORUM', { apart: false, options: { consistency: 'QUORUM' } }),
];

function worksOf(
  names: readonly string[],
  how: string,
  { apart, options }: Pick<CalibrationWork, 'apart' | 'options'>,
): CalibrationWork[] {
  return names.flatMap((name) =>
    [1, 10, 50, 200].map((keys) => ({
      ...{ text: TEXTS[name] as string, keys, apart, options },
      name: `${name}, ${keys} keys${how}`,
    })),
  );
}
