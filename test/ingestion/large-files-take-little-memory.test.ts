import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NOW_MS } from './open-stores.ts';
import { Folder } from './read-all.ts';

const ROWS = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 1_000_000 : 120_000;
/** Less than the records of the file take as objects (held on purpose, the process dies), more than two batches. */
const HEAP_MAX_MB = 40;
const CHILD = new URL('./measure-child.ts', import.meta.url).pathname;
const folder = new Folder();

beforeAll(async () => {
  const file = createWriteStream(folder.file('rows.ndjson'));
  for (let i = 0; i < ROWS; i += 1) {
    const line = JSON.stringify({
      tailnum: `N${i}`,
      seats: i,
      model: `M${i}`.padEnd(200, 'x'),
      eventTimeMs: NOW_MS - 10,
    });
    if (!file.write(`${line}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = `SELECT * FROM read_json('${folder.file('rows.ndjson')}', format = 'newline_delimited')`;
  await connection.run(`COPY (${rows}) TO '${folder.file('rows.parquet')}' (FORMAT parquet)`);
  await connection.run(`COPY (${rows}) TO '${folder.file('rows.csv')}' (FORMAT csv)`);
  connection.closeSync();
  instance.closeSync();
});
afterAll(() => folder.remove());

// A process of its own each, with a heap that cannot hold the file: were it held, the process would die of it.
it.each(['ndjson', 'csv', 'parquet'])(
  `pushes ${ROWS} rows of %s with a small heap`,
  { timeout: 300_000 },
  (format) => {
    const child = spawnSync(
      process.execPath,
      [
        `--max-old-space-size=${HEAP_MAX_MB}`,
        ...[CHILD, folder.file(`data-${format}`), folder.file(`rows.${format}`), 'all-or-nothing'],
      ],
      { encoding: 'utf8' },
    );
    expect(child.stderr).toBe('');
    const told = JSON.parse(child.stdout) as { accepted: number; heapPeakMb: number; rssPeakMb: number };
    console.log(`${format}: ${JSON.stringify(told)}`);
    expect(told.accepted).toBe(ROWS);
  },
);
