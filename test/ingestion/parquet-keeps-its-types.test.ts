import { mkdirSync } from 'node:fs';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixedClock } from '../../src/core/clock.ts';
import { openRecordFile } from '../../src/ingestion/readers/record-file.ts';
import { createRowParser, isRefused, type ParsedRow } from '../../src/ingestion/row-parser.ts';
import { readRowHeader } from '../../src/stores/row-format.ts';
import { Folder, readAll } from './read-all.ts';
import { EVERY_TYPE, EVERY_TYPE_JSON, sampleView, scalar } from './sample-view.ts';
import { segmentsOf } from './written-row.ts';

const NOW_MS = Date.parse('2013-06-01T12:00:00Z');
const folder = new Folder();
let instance: DuckDBInstance;
let connection: DuckDBConnection;

beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
  folder.remove();
});

async function write(name: string, sql: string): Promise<string> {
  const file = folder.file(name);
  await connection.run(`COPY (${sql}) TO '${file.replaceAll("'", "''")}' (FORMAT parquet)`);
  return file;
}

async function parsed(file: string, view: ReturnType<typeof sampleView>): Promise<ParsedRow[]> {
  const options = {
    kind: 'features',
    partial: false,
    namespace: 'a',
    revision: 0,
    eventTimeMs: null,
  } as const;
  const parse = createRowParser(view, { ...options, clock: fixedClock(NOW_MS) });
  return (await readAll(file, view)).map((read) => parse('record' in read ? read.record : undefined));
}

/** One value in one Parquet type, stored as a feature of one type; `null` as JSON means refused. */
async function storedAs(sql: string, type: Parameters<typeof sampleView>[0][string]): Promise<string> {
  const view = sampleView({ value: type });
  const file = await write(
    'one.parquet',
    `SELECT 'N1' tailnum, TIMESTAMPTZ '2013-06-01 10:00:00+00' "eventTime", ${sql} "value"`,
  );
  const [row] = await parsed(file, view);
  if (row === undefined) throw new Error('no row');
  if (isRefused(row)) return `refused: ${row.problems[0]?.received}`;
  return segmentsOf(view, row.write.row).value as string;
}

describe('Parquet', () => {
  it('keeps every type of feature', async () => {
    const view = sampleView(EVERY_TYPE);
    const file = await write(
      'every.parquet',
      `SELECT 'N1' tailnum, TIMESTAMP '2013-06-01 10:00:00.250' "eventTime", 3::UTINYINT revision,
        -7::INTEGER "anInt", 0.25::FLOAT "aFloat", 'a "quoted", two' || chr(10) || 'lines – é' "aString",
        true "aBoolean", 'N102UW' "anId", 9007199254740993::BIGINT "aBigInt", 12.50::DECIMAL(10,2) "aDecimal",
        TIMESTAMP '2013-06-01 10:00:00' "aDateTime", UUID 'ef17e623-ab3c-49b1-a12c-5a31ffdd6807' "aUuid",
        '\\x00\\x01\\xFF'::BLOB "aByte", '{"k": [1, "x", null]}'::JSON "aJson", 'TURBO_FAN' "anEnum",
        [1,2,3]::INTEGER[] "aList",
        {'windKn': 4.5::DECIMAL(3,1), 'observedAt': TIMESTAMPTZ '2013-06-01 09:00:00+00'} "aStruct",
        [1, -0.5, 3]::FLOAT[3] "aVector"`,
    );
    const [row] = await parsed(file, view);
    if (row === undefined || isRefused(row)) throw new Error(JSON.stringify(row));
    expect(segmentsOf(view, row.write.row)).toEqual(EVERY_TYPE_JSON);
    expect(readRowHeader(row.write.row)).toMatchObject({
      eventTimeMs: Date.parse('2013-06-01T10:00:00.250Z'),
      revision: 3,
    });
  });

  it.each([
    ['TINYINT for Int', '5::TINYINT', scalar('Int'), '5'],
    ['BIGINT for Int', '5::BIGINT', scalar('Int'), '5'],
    ['BIGINT of 33 bits for Int', '4294967296::BIGINT', scalar('Int'), 'refused: 4294967296'],
    ['a sum (HUGEINT) for Int', '5::HUGEINT', scalar('Int'), '5'],
    ['a whole DECIMAL for Int', '5.00::DECIMAL(5,2)', scalar('Int'), '5'],
    ['a broken DECIMAL for Int', '5.25::DECIMAL(5,2)', scalar('Int'), 'refused: 5.25'],
    ['BIGINT for Float', '5::BIGINT', scalar('Float'), '5'],
    ['DECIMAL for Float', '-0.05::DECIMAL(5,2)', scalar('Float'), '-0.05'],
    ['UBIGINT for BigInt', '18446744073709551615::UBIGINT', scalar('BigInt'), '"18446744073709551615"'],
    ['NaN', "'NaN'::DOUBLE", scalar('Float'), 'refused: NaN'],
    ['infinity', "'-infinity'::DOUBLE", scalar('Float'), 'refused: -Infinity'],
    ['NULL', 'NULL::DOUBLE', scalar('Float'), 'null'],
    ['an integer for ID', '7::INTEGER', scalar('ID'), '"7"'],
    ['a number for String', '7::INTEGER', scalar('String'), 'refused: 7'],
    ['DATE for DateTime', "DATE '2013-06-01'", scalar('DateTime'), '"2013-06-01T00:00:00.000Z"'],
    ['DATE for String', "DATE '2013-06-01'", scalar('String'), '"2013-06-01"'],
    [
      'TIMESTAMP_NS',
      "TIMESTAMP_NS '2013-06-01 00:00:00.1239999'",
      scalar('DateTime'),
      '"2013-06-01T00:00:00.123Z"',
    ],
    [
      'TIMESTAMP_MS',
      "TIMESTAMP_MS '2013-06-01 00:00:00.123'",
      scalar('DateTime'),
      '"2013-06-01T00:00:00.123Z"',
    ],
    [
      'a time before 1970',
      "TIMESTAMP '1969-12-31 23:59:59.9995'",
      scalar('DateTime'),
      '"1969-12-31T23:59:59.999Z"',
    ],
    ['an endless time', "'infinity'::TIMESTAMP", scalar('DateTime'), 'refused: "infinity"'],
    ['MAP for JSON', "MAP {'a': 1, 'b': NULL}", scalar('JSON'), '{"a":1,"b":null}'],
    ['STRUCT for JSON', "{'a': 9007199254740991::BIGINT}", scalar('JSON'), '{"a":9007199254740991}'],
    [
      'a LIST of STRUCTs for JSON',
      "[{'a': 1.5::DECIMAL(3,1), 'b': 2.0::DECIMAL(3,1), 'c': '1'}]",
      scalar('JSON'),
      '[{"a":1.5,"b":2,"c":"1"}]',
    ],
    ['text that is no JSON', "'{'", scalar('JSON'), 'refused: "{"'],
    ['BLOB for String', "'ab'::BLOB", scalar('String'), 'refused: an object'],
  ])('%s', async (_, sql, type, json) => {
    expect(await storedAs(sql, type)).toBe(json);
  });

  it('is read as the one file it is, whatever its name and folder look like', async () => {
    const view = sampleView({ seats: scalar('Int') });
    const sql = (seats: number) =>
      `SELECT 'N1' tailnum, TIMESTAMP '2013-06-01 10:00:00' "eventTime", ${seats} seats`;
    mkdirSync(folder.file('seats=9'));
    await write('a1.parquet', sql(1));
    for (const name of [
      'a[1-9].parquet',
      'a*.parquet',
      'a?.parquet',
      "it's; DROP.parquet",
      'seats=9/x.parquet',
    ]) {
      const reads = await readAll(await write(name, sql(4)), view);
      expect(reads.map((read) => ({ ...(read as { record: object }).record }))).toMatchObject([{ seats: 4 }]);
    }
  });

  it('keeps the order of its rows over many chunks, tells how far it is, and checks columns first', async () => {
    const view = sampleView({ seats: scalar('Int') });
    const file = await write(
      'many.parquet',
      `SELECT 'N' || i tailnum, TIMESTAMP '2013-06-01 10:00:00' "eventTime", i::INTEGER seats FROM range(30000) t(i)`,
    );
    const opened = await openRecordFile(file, { view, partial: false });
    let expected = 0;
    for await (const read of opened.read()) {
      expect((read as { record: { seats: number } }).record.seats).toBe(expected);
      expected += 1;
      expect(read.rowNumber).toBe(expected);
      if (expected === 15_000) expect(opened.fraction()).toBeCloseTo(0.5, 2);
    }
    expect(expected).toBe(30_000);
    await expect(readAll(file, sampleView({ wings: scalar('Int') }))).rejects.toThrow(
      /"seats".*no feature wings/,
    );
  });
});
