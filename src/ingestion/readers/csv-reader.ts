import { CsvError, parse } from 'csv-parse';
import { FeaturegraphError } from '../../core/errors.ts';
import type { View } from '../../registry/registry.ts';
import { parseColumnCell } from '../cell.ts';
import { assertFileColumns, type ColumnType, type RowKind } from '../row-columns.ts';
import { type RowProblem, rowProblem } from '../row-problem.ts';
import { RECORD_MAX_BYTES, type ReadRecord } from './read-record.ts';

/**
 * CSV with a header line: RFC 4180 quoting (line breaks inside quotes too), LF or CRLF, UTF-8 with or without BOM.
 *
 * An empty cell is null. In a String or ID column `""`, quoted, is the empty string; in all others it is null as
 * well. A row of another length than the header is that row's problem; after broken quoting or encoding nothing
 * can be trusted, so the reading ends there, with that as the last problem.
 *
 * @throws {FeaturegraphError} ROW_INVALID when the header does not fit the view.
 */
export async function* readCsv(
  chunks: AsyncIterable<Uint8Array>,
  view: View,
  kind: RowKind,
  partial: boolean,
): AsyncGenerator<ReadRecord> {
  const splitter = new CsvSplitter();
  let columns: readonly CsvColumn[] | undefined;
  let rowNumber = 0;
  for await (const lines of splitter.split(chunks)) {
    for (const cells of lines) {
      if (columns === undefined) columns = readHeader(cells, view, kind, partial);
      else {
        rowNumber += 1;
        yield readCells(rowNumber, cells, columns);
      }
    }
    if (splitter.fault !== null && columns !== undefined)
      yield { rowNumber: rowNumber + 1, problem: splitter.fault };
  }
  if (columns !== undefined) return;
  throw new FeaturegraphError(
    'ROW_INVALID',
    splitter.fault === null
      ? 'Expected a first line with the names of the columns, got an empty file.'
      : `The first line cannot be read: expected ${splitter.fault.expected}, got ${splitter.fault.received}.`,
  );
}

interface CsvColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** `null` is a cell that is empty and not quoted. */
type Cells = readonly (string | null)[];

function readHeader(cells: Cells, view: View, kind: RowKind, partial: boolean): CsvColumn[] {
  const names = cells.map((cell) => cell ?? '');
  const columns = assertFileColumns(names, view, kind, partial);
  return names.map((name) => ({ name, type: columns.get(name) as ColumnType }));
}

function readCells(rowNumber: number, cells: Cells, columns: readonly CsvColumn[]): ReadRecord {
  if (cells.length !== columns.length) {
    const problem = rowProblem(
      'ROW_INVALID',
      null,
      `${columns.length} cells, as in the header`,
      `${cells.length}`,
      'Put cells with a comma or a line break in double quotes.',
    );
    return { rowNumber, problem };
  }
  const record: Record<string, unknown> = Object.create(null);
  for (let i = 0; i < columns.length; i += 1) {
    const { name, type } = columns[i] as CsvColumn;
    record[name] = readCell(type, cells[i] as string | null);
  }
  return { rowNumber, record };
}

function readCell(type: ColumnType, cell: string | null): unknown {
  if (cell === null) return null;
  if (cell === '')
    return typeof type === 'object' &&
      type.kind === 'scalar' &&
      (type.name === 'String' || type.name === 'ID')
      ? ''
      : null;
  return parseColumnCell(type, cell);
}

/**
 * Feeds csv-parse chunk by chunk and takes the lines of each as they come: read as a stream, it would drop the
 * good lines before a fault that stands in the same chunk.
 */
class CsvSplitter {
  /** Set when the reading had to end before the file did. */
  fault: RowProblem | null = null;
  #lines: Cells[] = [];

  readonly #parser = parse({
    bom: true,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: RECORD_MAX_BYTES,
    cast: (cell, { quoting }) => (cell === '' && !quoting ? null : cell),
    on_record: (cells: unknown) => {
      this.#lines.push(cells as Cells);
      return null;
    },
  });

  async *split(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Cells[]> {
    const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    // The parser tells its errors to each write's callback as well; without a listener it would end the process.
    this.#parser.on('error', () => {});
    for await (const chunk of chunks) {
      if (!isText(utf8, chunk)) this.fault = notUtf8();
      else await this.#write(chunk);
      yield this.#takeLines();
      if (this.fault !== null) return;
    }
    await this.#end();
    yield this.#takeLines();
  }

  #takeLines(): readonly Cells[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  #write(chunk: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#parser.write(chunk, (error) => {
        if (error) this.fault = csvFault(error);
        resolve();
      });
    });
  }

  #end(): Promise<void> {
    return new Promise((resolve) => {
      this.#parser.once('error', (error) => {
        this.fault = csvFault(error);
        resolve();
      });
      this.#parser.once('end', resolve);
      this.#parser.resume();
      this.#parser.end();
    });
  }
}

function isText(utf8: InstanceType<typeof TextDecoder>, chunk: Uint8Array): boolean {
  try {
    utf8.decode(chunk, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function notUtf8(): RowProblem {
  return rowProblem(
    'ROW_INVALID',
    null,
    'text in UTF-8',
    'other bytes in this row or soon after',
    'Convert the file. Nothing from here on was read.',
  );
}

function csvFault(error: Error): RowProblem {
  const tooLong = error instanceof CsvError && error.code === 'CSV_MAX_RECORD_SIZE';
  return rowProblem(
    'ROW_INVALID',
    null,
    tooLong
      ? `a row of at most ${RECORD_MAX_BYTES} bytes`
      : 'quotes around whole cells, and "" for a quote inside them',
    tooLong ? 'a longer one' : 'a quote that stands elsewhere or is never closed',
    'Nothing from here on was read.',
  );
}
