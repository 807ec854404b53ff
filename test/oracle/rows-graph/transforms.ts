/** What the graph's domains compute: functions that take null or do not, that throw, and that answer what they must not. */
import type { DomainCode } from '../../../src/registry/registry.ts';

type Transforms = NonNullable<DomainCode['transforms']>;

const NULL_FOR_NULL =
  (compute: (value: never) => unknown) =>
  ({ value }: Record<string, unknown>): unknown =>
    value === null ? null : compute(value as never);

const TWICE: Transforms[string] = {
  inputs: { value: 'Int' },
  output: 'Int',
  // Of a large number this is no Int.
  compute: NULL_FOR_NULL((value: number) => value * 2),
};

/** For tenants that take another one. */
const THRICE: Transforms[string] = { ...TWICE, compute: NULL_FOR_NULL((value: number) => value * 3) };

const GOODS: Transforms = {
  convert: {
    inputs: { value: 'Int' },
    arguments: { rate: 'Float!', fee: 'Int' },
    output: 'Float',
    compute({ value }, { rate, fee }) {
      if (rate === 0) throw new RangeError('a rate of nothing');
      return value === null ? null : (value as number) * (rate as number) + ((fee as number | null) ?? 0);
    },
  },
  rounded: {
    inputs: { value: 'Int' },
    output: 'Int',
    compute: NULL_FOR_NULL((value: number) => Math.round(value / 100)),
  },
  twice: TWICE,
  thrice: THRICE,
  volumeOf: {
    inputs: { box: 'Box', sku: 'ID' },
    output: 'Int',
    compute({ box }) {
      const { widthMm, heightMm } = (box ?? {}) as { widthMm?: number | null; heightMm?: number };
      if (widthMm === 13) throw new Error('an unlucky box');
      return widthMm == null || heightMm === undefined ? null : widthMm * heightMm;
    },
  },
  lengthOf: {
    inputs: { value: 'String' },
    output: 'Int',
    compute: NULL_FOR_NULL((value: string) => value.length),
  },
  agoMs: {
    inputs: { value: 'DateTime' },
    output: 'BigInt',
    compute: ({ value }, _args, { requestTimeMs }) =>
      value === null ? null : String(requestTimeMs - Date.parse(value as string)),
  },
  guess: {
    inputs: { nextSku: 'ID', price: 'Int' },
    output: 'ID',
    compute: ({ nextSku, price }) => (price === 0 ? '' : nextSku),
  },
  backwards: {
    inputs: { value: '[Int!]' },
    output: '[Int!]',
    compute: NULL_FOR_NULL((value: number[]) => value.toReversed()),
  },
};

const PEOPLE: Transforms = {
  twice: TWICE,
  greet: {
    inputs: { name: 'String', visits: 'Int' },
    arguments: { word: 'String' },
    output: 'String',
    compute({ name, visits }, { word }) {
      if (visits === 13) throw new Error('an unlucky guest');
      return name === null ? null : `${word ?? 'hm'} ${name} ${visits ?? '?'}`.slice(0, 200);
    },
  },
  ratio: {
    inputs: { part: 'Int', whole: 'Int' },
    output: 'Float',
    compute({ part, whole }) {
      if (part === null || whole === null) return null;
      // Of nothing it is no number.
      return (part as number) / (whole as number);
    },
  },
  countOf: {
    inputs: { value: '[Size!]' },
    output: 'Int',
    compute: NULL_FOR_NULL((value: unknown[]) => value.length),
  },
};

export const CODE: Readonly<Record<string, DomainCode>> = {
  goods: { transforms: GOODS },
  people: { transforms: PEOPLE },
  days: {},
};
