/**
 * Contestant: what it costs at least. node:http, LMDB and JSON made by hand: values are copied as bytes from rows
 * between fragments that are known ahead. It takes any keys, but only the two queries of this benchmark.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { open } from 'lmdb';
import { givenArgument, JSON_HEADERS, standReady } from '../form/contestant.ts';
import { AnswerWriter } from './floor-writer.ts';
import type { ServeArgument } from './serve-argument.ts';
import { userFeatures } from './user-shape.ts';

const { folder, viewCount } = givenArgument<ServeArgument>();
const database = open<Buffer, string>({ path: folder, readOnly: true, encoding: 'binary' });
const writer = new AnswerWriter(userFeatures(viewCount).map(({ name }) => name));

const server = createServer((request, response) => {
  let first: Buffer | null = null;
  let others: Buffer[] | null = null;
  request.on('data', (chunk: Buffer) => {
    if (first === null) first = chunk;
    else {
      others ??= [];
      others.push(chunk);
    }
  });
  request.on('end', () => answer(response, first, others));
});

function answer(response: ServerResponse, first: Buffer | null, others: Buffer[] | null): void {
  const body = others === null ? first : Buffer.concat([first as unknown as Buffer, ...others]);
  const { variables } = JSON.parse((body as Buffer).toString('latin1')) as {
    variables: { id?: string; ids?: string[] };
  };
  const bytes =
    variables.ids === undefined ? writer.one(readRow(variables.id as string)) : many(variables.ids);
  response.writeHead(200, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': bytes.length,
  });
  response.once('close', () => writer.release(bytes));
  response.end(bytes);
}

/** The row stands in LMDB's own buffer, until the next one is read. */
function readRow(id: string): Buffer | undefined {
  return database.getBinaryFast(id);
}

function many(ids: readonly string[]): Buffer {
  writer.begin(ids.length);
  for (const id of ids) writer.add(readRow(id));
  return writer.end();
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  standReady({ origin: `http://127.0.0.1:${port}`, path: '/', headers: JSON_HEADERS });
});
