import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_MAX_BYTES } from '../../src/core/bounds.ts';
import { fixedClock } from '../../src/core/clock.ts';
import { createRowParser, isRefused, type RowParserOptions } from '../../src/ingestion/row-parser.ts';
import type { RowProblem } from '../../src/ingestion/row-problem.ts';
import type { View } from '../../src/registry/registry.ts';
import { readRowHeader, verifyRow } from '../../src/stores/row-format.ts';
import { EVERY_TYPE, sampleView, scalar, TAIL } from './sample-view.ts';
import { segmentsOf } from './written-row.ts';

const NOW_MS = Date.parse('2013-06-01T12:00:00Z');
const VIEW = sampleView({ seats: scalar('Int'), model: scalar('String') });
const ROW = { tailnum: 'N1', seats: 4, model: 'C172', eventTime: '2013-06-01T11:00:00Z' };

function parser(view: View, options: Partial<RowParserOptions> = {}) {
  const clock = fixedClock(NOW_MS);
  return createRowParser(view, {
    kind: 'features',
    partial: false,
    namespace: 'acme',
    clock,
    revision: 0,
    eventTimeMs: null,
    ...options,
  });
}

function taken(view: View, record: unknown, options?: Partial<RowParserOptions>) {
  const row = parser(view, options)(record);
  if (isRefused(row)) throw new Error(JSON.stringify(row.problems));
  return row;
}

function problems(view: View, record: unknown, options?: Partial<RowParserOptions>): readonly RowProblem[] {
  const row = parser(view, options)(record);
  return isRefused(row) ? row.problems : [];
}

/** Changes of a good row, and the one problem that each must give. */
const REFUSED: readonly [string, Record<string, unknown>, Partial<RowProblem>][] = [
  ['a wrong type', { seats: 'many' }, { column: 'seats', expected: 'Int (32 bits)', received: '"many"' }],
  ['a fraction for an Int', { seats: 1.5 }, { column: 'seats', received: '1.5' }],
  ['an Int of 33 bits', { seats: 2 ** 31 }, { column: 'seats', received: '2147483648' }],
  ['NaN', { seats: Number.NaN }, { column: 'seats', received: 'NaN' }],
  ['infinity', { seats: Number.POSITIVE_INFINITY }, { column: 'seats', received: 'Infinity' }],
  ['a string that is too long', { model: 'x'.repeat(257) }, { column: 'model', received: '259 bytes' }],
  ['half of a surrogate pair', { model: '\ud800' }, { column: 'model', expected: 'valid Unicode' }],
  ['an omitted feature', { model: undefined }, { column: 'model', received: 'nothing' }],
  ['a column too many', { seat: 1 }, { column: 'seat', mend: 'Did you mean seats?' }],
  ['another namespace', { namespace: 'theirs' }, { column: 'namespace', code: 'ROW_INVALID' }],
  ['a __proto__', JSON.parse('{"__proto__": {"seats": 9}}'), { column: '__proto__' }],
  ['no key', { tailnum: undefined }, { code: 'INVALID_KEY', column: 'tailnum', received: 'nothing' }],
  ['a null key', { tailnum: null }, { code: 'INVALID_KEY', column: 'tailnum', received: 'null' }],
  ['an empty key', { tailnum: '' }, { code: 'INVALID_KEY' }],
  ['a list as key', { tailnum: ['N1'] }, { code: 'INVALID_KEY', received: 'a list of 1' }],
  ['a key too long', { tailnum: 'x'.repeat(513) }, { code: 'ENTITY_KEY_TOO_LONG', column: 'tailnum' }],
  ['no time', { eventTime: undefined }, { column: 'eventTime', received: 'neither' }],
  ['a null time', { eventTime: null }, { column: 'eventTime', received: 'neither' }],
  ['two times', { eventTimeMs: NOW_MS }, { column: 'eventTime', received: 'both' }],
  ['a day that is none', { eventTime: '2013-02-30T00:00:00Z' }, { column: 'eventTime' }],
  ['words for a time', { eventTime: 'noon' }, { column: 'eventTime', received: '"noon"' }],
  ['a revision of 1000', { revision: 1000 }, { column: 'revision', received: '1000' }],
  ['a revision below 0', { revision: -1 }, { column: 'revision' }],
  ['half a revision', { revision: 0.5 }, { column: 'revision' }],
  ['a revision as text', { revision: '1' }, { column: 'revision', received: '"1"' }],
  ['a created time ahead', { createdTime: '2013-06-02T00:00:00Z' }, { column: 'createdTime' }],
];

/** Event times, and what the problem must say to be of use. */
const TIMES: readonly [string, Record<string, unknown>, RegExp][] = [
  ['a day ahead', { eventTime: '2013-06-02T12:00:00Z' }, /at most 5m ahead of the clock/],
  ['1970', { eventTime: '1970-01-01T00:00:00Z' }, /in or near 1970 usually means that it was never set/],
  ['zero', { eventTimeMs: 0 }, /in or near 1970 usually means that it was never set/],
  ['seconds', { eventTimeMs: NOW_MS / 1000 }, /looks like seconds, of 2013-06-01T12.*multiply by 1000/],
  ['microseconds', { eventTimeMs: NOW_MS * 1000 }, /looks like microseconds, of 2013.*divide by 1000\./],
  ['nanoseconds', { eventTimeMs: BigInt(NOW_MS) * 1_000_000n }, /looks like nanoseconds, of 2013/],
  ['seconds, as a date', { eventTime: '1970-01-16T20:28:00Z' }, /looks like seconds, of 2013/],
  ['NaN', { eventTimeMs: Number.NaN }, /milliseconds since 1970.*NaN/],
  ['a fraction', { eventTimeMs: NOW_MS + 0.5 }, /a whole number/],
  ['a negative number', { eventTimeMs: -NOW_MS }, /between the years 1971 and 2200/],
  ['no zone', { eventTime: '2013-06-01T11:00:00' }, /no zone: append Z/],
  ['a day alone', { eventTime: '2013-06-01' }, /A day is no moment: append a time and a zone/],
  ['seconds in a cell', { eventTime: '1370084400' }, /milliseconds goes in eventTimeMs/],
  ['30 February', { eventTime: '2013-02-30T11:00:00Z' }, /There is no such day/],
  ['a number as text', { eventTime: NOW_MS }, /milliseconds goes in eventTimeMs/],
  ['text as a number', { eventTimeMs: '2013-06-01T11:00:00Z' }, /Text goes in eventTime, as ISO 8601/],
];

describe('a row that does not fit', () => {
  it.each(REFUSED)('%s', (_, change, expected) => {
    const found = problems(VIEW, { ...ROW, ...Object.fromEntries(Object.entries(change)) });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject(expected);
  });

  it.each(TIMES)('event time: %s', (_, change, says) => {
    const found = problems(VIEW, { ...ROW, eventTime: undefined, ...change });
    expect(found).toHaveLength(1);
    expect(`${found[0]?.code} ${found[0]?.expected} ${found[0]?.received} ${found[0]?.mend}`).toMatch(says);
  });

  it('is told with all its problems at once, and its key', () => {
    const row = parser(VIEW)({ ...ROW, seats: 'x', model: 1, wings: 2, eventTime: 'noon' });
    expect(isRefused(row) && row.entityKey).toBe('N1');
    expect(problems(VIEW, { ...ROW, seats: 'x', model: 1, wings: 2, eventTime: 'noon' })).toHaveLength(4);
  });

  it('has a bounded number of problems', () => {
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`unknown${i}`, 1]));
    expect(problems(VIEW, { ...ROW, ...wide })).toHaveLength(20);
  });

  it.each([[null], [[]], ['text'], [3]])('%j is no record', (record) => {
    expect(problems(VIEW, record)[0]?.expected).toBe('an object with a value by column name');
  });

  it('names the place inside a list or struct', () => {
    const view = sampleView({ aList: EVERY_TYPE.aList as never, aStruct: EVERY_TYPE.aStruct as never });
    const record = { tailnum: 'N1', eventTimeMs: NOW_MS, aList: [1, 'x'], aStruct: { windKn: null } };
    expect(problems(view, record).map(({ column }) => column)).toEqual(['aList[1]', 'aStruct.windKn']);
  });

  it('is refused when it would not fit a block', () => {
    const view = sampleView({ notes: scalar('String', 2 * BLOCK_MAX_BYTES) });
    const record = { tailnum: 'N1', eventTimeMs: NOW_MS, notes: 'x'.repeat(BLOCK_MAX_BYTES) };
    expect(problems(view, record)[0]?.code).toBe('BLOCK_TOO_LARGE');
  });

  it('cannot put line breaks or terminal escapes into what is printed', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come out
    const acted = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/;
    const hostile = fc.string({
      unit: fc.constantFrom('\n', '\r', '\u001b', '\u009b', '\u2028', '\u202e', '"', 'a'),
      minLength: 1,
    });
    fc.assert(
      fc.property(hostile, hostile, (name, value) => {
        for (const problem of problems(VIEW, { ...ROW, [name]: value, seats: value, eventTime: value }))
          expect(JSON.parse(JSON.stringify(Object.values(problem).join(' ')))).not.toMatch(acted);
      }),
      { seed: 38, numRuns: 300 },
    );
  });
});

describe('a row that fits', () => {
  it('is stored under its address with the times and revision it tells', () => {
    const { write } = taken(VIEW, { ...ROW, revision: 7, createdTimeMs: NOW_MS - 5 });
    expect(readRowHeader(write.row)).toMatchObject({
      eventTimeMs: Date.parse(ROW.eventTime),
      createdTimeMs: NOW_MS - 5,
      revision: 7,
      layoutId: VIEW.layout.id,
      tombstone: false,
    });
    expect(write).toMatchObject({
      namespace: 'acme',
      block: 'fleet.Aircraft',
      view: VIEW.id,
      entityKey: 'N1',
    });
    expect(verifyRow({ ...write, view: VIEW.id }, write.row)).toBe(true);
    expect(segmentsOf(VIEW, write.row)).toEqual({ seats: '4', model: '"C172"' });
  });

  it('has the moment of receipt as created time, and the push’s revision, where it tells none', () => {
    const { write } = taken(VIEW, { ...ROW, createdTime: null, revision: null }, { revision: 12 });
    expect(readRowHeader(write.row)).toMatchObject({ createdTimeMs: NOW_MS, revision: 12 });
  });

  it('may be up to five minutes ahead of the clock, and not a millisecond more', () => {
    const at = (aheadMs: number) => ({ ...ROW, eventTime: undefined, eventTimeMs: NOW_MS + aheadMs });
    expect(problems(VIEW, at(300_000))).toEqual([]);
    expect(problems(VIEW, at(300_001))[0]?.code).toBe('EVENT_TIME_REFUSED');
  });

  it('keeps null and absent apart', () => {
    const { write } = taken(VIEW, { ...ROW, seats: null, model: undefined }, { partial: true });
    expect(segmentsOf(VIEW, write.row)).toEqual({ seats: 'null', model: 'absent' });
  });

  it('stores null for an invalid value of a feature that says so, and counts it', () => {
    const view = sampleView({ seats: scalar('Int'), model: scalar('String') }, { nulling: ['seats'] });
    for (const seats of ['many', Number.NaN, 1e12, [1]]) {
      const row = taken(view, { ...ROW, seats });
      expect(row.nulled).toBe(1);
      expect(segmentsOf(view, row.write.row).seats).toBe('null');
    }
    expect(taken(view, ROW).nulled).toBe(0);
    expect(problems(view, { ...ROW, seats: 'many', model: 3 })[0]?.column).toBe('model');
  });

  it('keeps hostile text as plain data, in values and in keys', () => {
    for (const text of [
      "'; DROP TABLE rows; --",
      '<script>alert(1)</script>',
      '../../etc',
      '{a}:b,c\0*?[]\r\n',
      '😀',
    ]) {
      const { write } = taken(VIEW, { ...ROW, model: text, tailnum: text });
      expect(segmentsOf(VIEW, write.row).model).toBe(JSON.stringify(text));
      expect(write.entityKey).toMatch(/^[A-Za-z0-9_.~@+=%-]+$/);
      expect(write.namespace).toBe('acme');
    }
  });

  it('has the key text of its typed join keys, in their order', () => {
    const joinKeys = [{ name: 'day', type: scalar('Int') }, TAIL];
    const view = sampleView({ seats: scalar('Int') }, { joinKeys });
    const record = { tailnum: 'N,1', day: 12n, seats: 1, eventTimeMs: NOW_MS };
    expect(taken(view, record).write.entityKey).toBe('12,N%2C1');
    expect(problems(view, { ...record, day: 'x' })[0]).toMatchObject({ code: 'INVALID_KEY', column: 'day' });
  });

  it('refuses the one vector that reads as null, and no other', () => {
    const view = sampleView({ one: { kind: 'vector', dim: 1, element: 'F32' } });
    const nullFloat = Buffer.from('null').readFloatLE(0);
    const record = { tailnum: 'N1', eventTimeMs: NOW_MS };
    expect(problems(view, { ...record, one: [nullFloat] })).toHaveLength(1);
    expect(segmentsOf(view, taken(view, { ...record, one: [2.5] }).write.row).one).toBe('[2.5]');
  });
});
