/**
 * What is written and read: cells, each one view of one key in one namespace, as numbers; and values that tell which
 * cell, writer and write they are of.
 */
export const NAMESPACES = ['east', 'west'] as const;
export const FIELDS = ['facts', 'texts', 'offer'] as const;
export const VIEWS = ['good_facts', 'good_texts', 'good_offer'] as const;
export const ENTITY = { domain: 'goods', name: 'Good' } as const;

export interface Cell {
  /** Index in `NAMESPACES`. */
  readonly namespace: number;
  /** Index in `FIELDS` and `VIEWS`. */
  readonly view: number;
  /** From 0. */
  readonly good: number;
}

export function numberOf({ namespace, view, good }: Cell): number {
  return (good * VIEWS.length + view) * NAMESPACES.length + namespace;
}

export function cellOf(number: number): Cell {
  const rest = Math.floor(number / NAMESPACES.length);
  return {
    namespace: number % NAMESPACES.length,
    view: rest % VIEWS.length,
    good: Math.floor(rest / VIEWS.length),
  };
}

export const cellCount = (goods: number): number => goods * VIEWS.length * NAMESPACES.length;

/** Spellings that a careless encoding of keys would let run into each other. */
const SPELLINGS = [
  (good: number) => `g${good}`,
  (good: number) => `g:${good}:`,
  (good: number) => `g%3A${good}`,
  (good: number) => `{g${good}}`,
];

export function idOf(good: number): string {
  return (SPELLINGS[good % SPELLINGS.length] as (good: number) => string)(
    Math.floor(good / SPELLINGS.length),
  );
}

export function describeCell(number: number): string {
  const { namespace, view, good } = cellOf(number);
  return `${NAMESPACES[namespace]} ${VIEWS[view]} ${idOf(good)}`;
}

/** Makes values longer, so that a hot tier of little memory must evict. */
const FILLER = 'x'.repeat(160);

/** @param order the event time in ms, which no other write of the cell has. */
export function valueText(cell: number, writer: number, order: number): string {
  return `${describeCell(cell)} ${writer} ${order} ${FILLER}`;
}

/** @returns the value's own event time, or `null` where it is not a value of this cell, whole. */
export function orderInValue(cell: number, value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const [writer = '', order = ''] = value.slice(describeCell(cell).length + 1).split(' ');
  return value === valueText(cell, Number(writer), Number(order)) ? Number(order) : null;
}

/**
 * Writes by how much later than their event they come, in writes of the same writer. Event times of different
 * writers, lanes and writes never fall together, so that order alone tells the write.
 */
const LATENESS = [0, 3, 20, 100, 500, 2000, 8000, 20_000] as const;
export const LANES = LATENESS.length;
const WRITERS_MAX = 16;
/** So that the latest write is not of a time before the first. */
const FIRST_WRITE = 20_000;

/** Event time in ms. @param write counted from 0 through the writer's whole life, restarts included. */
export function orderOf(baseMs: number, writer: number, write: number, lane: number): number {
  const turn = FIRST_WRITE + write - (LATENESS[lane] as number);
  return baseMs + (turn * LANES + lane) * WRITERS_MAX + writer;
}
