import { mkdirSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { fixedClock } from '../../src/core/clock.ts';
import { readCsv } from '../../src/ingestion/readers/csv-reader.ts';
import { readNdjson } from '../../src/ingestion/readers/ndjson-reader.ts';
import { RECORD_MAX_BYTES, type ReadRecord } from '../../src/ingestion/readers/read-record.ts';
import { openRecordFile } from '../../src/ingestion/readers/record-file.ts';
import { createRowParser, isRefused } from '../../src/ingestion/row-parser.ts';
import { Folder, inPieces, outcomes, readAll } from './read-all.ts';
import { EVERY_TYPE, EVERY_TYPE_JSON, sampleView, scalar } from './sample-view.ts';
import { segmentsOf } from './written-row.ts';

const VIEW = sampleView({ seats: scalar('Int'), model: scalar('String') });
const EVERY = sampleView(EVERY_TYPE);
const TIME = '2013-06-01T11:00:00Z';
const folder = new Folder();
afterAll(() => folder.remove());

async function collect(reads: AsyncIterable<ReadRecord>): Promise<ReadRecord[]> {
  const all: ReadRecord[] = [];
  for await (const read of reads) all.push(read);
  return all;
}

function stored(record: unknown): Record<string, string> {
  const clock = fixedClock(Date.parse('2013-06-01T12:00:00Z'));
  const options = {
    kind: 'features',
    partial: false,
    namespace: 'a',
    clock,
    revision: 0,
    eventTimeMs: null,
  } as const;
  const row = createRowParser(EVERY, options)(record);
  if (isRefused(row)) throw new Error(JSON.stringify(row.problems));
  return segmentsOf(EVERY, row.write.row);
}

describe('NDJSON', () => {
  const good = (n: number) => ({ tailnum: `N${n}`, seats: n, model: 'é', eventTime: TIME });

  it('takes a BOM, CRLF, blank lines and a last line without an end', async () => {
    const file = folder.file(
      'odd.ndjson',
      `\ufeff${JSON.stringify(good(1))}\r\n\r\n  \n${JSON.stringify(good(2))}`,
    );
    const reads = await readAll(file, VIEW);
    expect(outcomes(reads)).toEqual([good(1), good(2)]);
    expect(reads.map(({ rowNumber }) => rowNumber)).toEqual([1, 4]);
  });

  it('tells a broken line and goes on', async () => {
    const lines = ['{"a": NaN}', '{"a":1', JSON.stringify(good(1)), '[1]', '"x"'];
    const reads = await readAll(folder.file('broken.jsonl', lines.join('\n')), VIEW);
    expect(reads.map((read) => 'problem' in read)).toEqual([true, true, false, false, false]);
  });

  it('tells bytes that are no UTF-8 and goes on', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"a":"\xe9"}\n', 'latin1'),
      Buffer.from(JSON.stringify(good(1))),
    ]);
    expect(outcomes(await readAll(folder.file('latin.ndjson', bytes), VIEW))).toEqual([
      'expected text in UTF-8',
      good(1),
    ]);
  });

  it('passes over a line of 10 MB, of which nothing is held, and goes on', async () => {
    const huge = JSON.stringify({ ...good(1), model: 'x'.repeat(10_000_000) });
    const text = `${JSON.stringify(good(1))}\n${huge}\n${JSON.stringify(good(2))}\n${huge}`;
    const tooLong = `expected a line of at most ${RECORD_MAX_BYTES} bytes`;
    expect(outcomes(await collect(readNdjson(inPieces(text, 65_536))))).toEqual([
      good(1),
      tooLong,
      good(2),
      tooLong,
    ]);
  });

  it('keeps duplicate keys and __proto__ harmless', async () => {
    const reads = await collect(readNdjson(inPieces('{"seats":1,"seats":2,"__proto__":{"model":"x"}}', 8)));
    const record = (reads[0] as { record: Record<string, unknown> }).record;
    expect(record.seats).toBe(2);
    expect(record.model).toBeUndefined();
    expect(({} as Record<string, unknown>).model).toBeUndefined();
  });

  it('reads the same however the bytes are cut', async () => {
    const text = `\ufeff${[1, 2, 3].map((n) => JSON.stringify(good(n))).join('\r\n')}\n\n{"a"\n`;
    const whole = outcomes(await collect(readNdjson(inPieces(text, 1e6))));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 90 }), async (piece) => {
        expect(outcomes(await collect(readNdjson(inPieces(text, piece))))).toEqual(whole);
      }),
      { seed: 1, numRuns: 40 },
    );
  });
});

describe('CSV', () => {
  const HEADER = 'tailnum,seats,model,eventTime';
  const csv = (text: string, pieceBytes = 1e6) =>
    collect(readCsv(inPieces(text, pieceBytes), VIEW, 'features', false));

  it('takes a BOM, CRLF, line breaks, commas and quotes inside quotes', async () => {
    const text = `\ufeff${HEADER}\r\nN1,4,"two\r\nlines, and a ""quote""",${TIME}\r\n"N2",5,x,${TIME}`;
    for (const pieceBytes of [1, 7, 1e6])
      expect(outcomes(await csv(text, pieceBytes))).toEqual([
        { tailnum: 'N1', seats: 4, model: 'two\r\nlines, and a "quote"', eventTime: TIME },
        { tailnum: 'N2', seats: 5, model: 'x', eventTime: TIME },
      ]);
  });

  it('reads an empty cell as null, and a quoted one as the empty string where the column is text', async () => {
    const reads = outcomes(await csv(`${HEADER}\nN1,,,${TIME}\nN2,"","",${TIME}\n`));
    expect(reads).toMatchObject([
      { seats: null, model: null },
      { seats: null, model: '' },
    ]);
  });

  it('leaves a cell that has not its type to the parser, as what it says', async () => {
    const parse = createRowParser(VIEW, {
      ...{ kind: 'features', partial: false, namespace: 'a', revision: 0, eventTimeMs: null },
      clock: fixedClock(Date.parse(TIME)),
    });
    const told = (await csv(`${HEADER}\nN1,many,x,${TIME}\nN1,NaN,x,${TIME}\nN1,5.0,x,${TIME}\n`)).map(
      (read) => {
        const row = parse('record' in read ? read.record : undefined);
        return isRefused(row) ? row.problems.map(({ column, received }) => `${column} ${received}`) : 'good';
      },
    );
    expect(told).toEqual([['seats "many"'], ['seats NaN'], 'good']);
  });

  it('tells a row of another length and goes on', async () => {
    const reads = outcomes(await csv(`${HEADER}\nN1,4\nN2,5,x,${TIME},more\nN3,6,y,${TIME}\n`));
    expect(reads.slice(0, 2)).toEqual(Array(2).fill('expected 4 cells, as in the header'));
    expect(reads[2]).toMatchObject({ tailnum: 'N3' });
  });

  it('ends at broken quoting, with the rows before it kept', async () => {
    for (const broken of [`N2,5,"never closed,${TIME}\nN3,6,y,${TIME}\n`, `N2,5,"a"b,${TIME}\n`]) {
      const reads = outcomes(await csv(`${HEADER}\nN1,4,x,${TIME}\n${broken}`));
      expect(reads).toHaveLength(2);
      expect(reads[0]).toMatchObject({ tailnum: 'N1' });
      expect(reads[1]).toMatch(/quotes around whole cells/);
    }
  });

  it('ends at a quote that swallows the file, long before it is all in memory', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${HEADER}\nN1,4,"`);
      for (let i = 0; i < 1000; i += 1) yield Buffer.alloc(65_536, 'x');
      throw new Error('read to the end');
    }
    const reads = outcomes(await collect(readCsv(endless(), VIEW, 'features', false)));
    expect(reads).toEqual([`expected a row of at most ${RECORD_MAX_BYTES} bytes`]);
  });

  it('ends at bytes that are no UTF-8', async () => {
    const latin = Buffer.from(`${HEADER}\nN1,4,\xe9,${TIME}\n`, 'latin1');
    await expect(collect(readCsv(inPieces(latin, 1e6), VIEW, 'features', false))).rejects.toThrow(/UTF-8/);
    const later = Buffer.concat([
      Buffer.from(`${HEADER}\nN1,4,x,${TIME}\n`),
      latin.subarray(HEADER.length + 1),
    ]);
    const reads = outcomes(await collect(readCsv(inPieces(later, 50), VIEW, 'features', false)));
    expect(reads.at(-1)).toBe('expected text in UTF-8');
  });

  it('reads every type', async () => {
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const names = Object.keys(EVERY_TYPE);
    const cells = names.map((name) => {
      const json = EVERY_TYPE_JSON[name] as string;
      return quoted(json.startsWith('"') ? JSON.parse(json) : json);
    });
    const text = `tailnum,eventTimeMs,revision,${names.join(',')}\nN1,${Date.parse(TIME)},3,${cells.join(',')}\n`;
    const [read] = await collect(readCsv(inPieces(text, 64), EVERY, 'features', false));
    expect(stored((read as { record: unknown }).record)).toEqual(EVERY_TYPE_JSON);
  });
});

describe('the columns of a file', () => {
  const header = (text: string, partial = false) =>
    readAll(folder.file('header.csv', `${text}\n`), VIEW, partial);

  it('are checked before any row: all faults at once, each with its mend', async () => {
    await expect(header('tailnumber,seats,seats,nonsense')).rejects.toThrow(
      /"tailnumber" \(Did you mean tailnum\?\).*"nonsense" \(Known are tailnum, .*"seats" twice.*no join key tailnum.*no event time.*no feature model/,
    );
  });

  it('must be separated by commas', async () => {
    await expect(header('tailnum;seats;eventTime')).rejects.toThrow(/expected commas.*, got ";"/);
    await expect(header('tailnum\tseats\teventTime')).rejects.toThrow(/expected commas.*, got tabs/);
  });

  it('may omit features only where the push is partial', async () => {
    await expect(header('tailnum,eventTime,seats')).rejects.toThrow(
      /no feature model \(add it, or push with --partial/,
    );
    expect(await header('tailnum,eventTime,seats', true)).toEqual([]);
  });

  it('must be there', async () => {
    await expect(readAll(folder.file('empty.csv', ''), VIEW)).rejects.toThrow(/got an empty file/);
    expect(await readAll(folder.file('empty.ndjson', ''), VIEW)).toEqual([]);
  });
});

describe('a file that is none', () => {
  const open = (file: string) => openRecordFile(file, { view: VIEW, partial: false });

  it.each([
    ['absent.csv', /there is none/],
    ['rows.xlsx', /\.parquet, \.ndjson, \.jsonl or \.csv/],
    ['rows.json', /jq -c/],
    ['rows.csv.gz', /gunzip/],
    ['rows.TSV', /commas, as \.csv/],
    ['rows', /\.parquet, \.ndjson, \.jsonl or \.csv/],
  ])('%s', async (name, says) => {
    await expect(open(folder.file(name))).rejects.toThrow(says);
  });

  it('a folder, or text that calls itself Parquet', async () => {
    mkdirSync(folder.file('folder.csv'));
    await expect(open(folder.file('folder.csv'))).rejects.toThrow(/folder or device/);
    await expect(open(folder.file('text.parquet', 'tailnum\nN1\n'))).rejects.toThrow(
      /cannot be read as Parquet/,
    );
  });
});
