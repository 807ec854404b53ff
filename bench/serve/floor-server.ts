/**
 * Contestant: what it costs at least. node:http, the store's client, and JSON made by hand: values are copied as bytes
 * from rows between fragments that are known ahead. It takes any keys, but only the documents of this benchmark, by
 * the bytes of their bodies, and nothing is checked.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectAsServer } from '../../src/cli/garbage-collection.ts';
import { givenArgument, JSON_HEADERS, standReady } from '../form/contestant.ts';
import { profileTellers } from '../profile/cpu-profiler.ts';
import { bodyAround, DOCUMENTS, type DocumentName } from './documents.ts';
import { FLOOR_KEY } from './floor-rows.ts';
import { openFloorStore } from './floor-store.ts';
import { createFragments, FloorWriter } from './floor-writer.ts';
import { type StoredView, VIEWS } from './population.ts';
import type { ServeArgument } from './serve-argument.ts';

/** Below this, an answer goes out as a text, in one piece with its head. */
const TEXT_MAX_BYTES = 8_192;
const COMMA = 0x2c;
const CLOSING_BRACE = 0x7d;

collectAsServer();
const store = await openFloorStore(givenArgument<ServeArgument>());
const writer = new FloorWriter();

const fragmentsOf = (begin: string, views: readonly Pick<StoredView, 'features'>[]) =>
  createFragments(
    views
      .flatMap(({ features }) => features)
      .filter(({ type }) => type !== 'ID')
      .map(({ name }, index) => `${index === 0 ? begin : ','}"${name}":`),
  );
const FIFTY = fragmentsOf('{', [VIEWS.user]);
const BUYER = fragmentsOf('{', [VIEWS.buyer]);
const HABITS = fragmentsOf(',', [VIEWS.habits]);
const SHOP = fragmentsOf(',"shop":{', [VIEWS.shop]);
const BUYER_VALUES = VIEWS.buyer.features.length;

type RowAt = (index: number) => Buffer;

function writeFifty(begin: string, end: string, count: number, rowAt: RowAt): void {
  writer.begin(begin);
  for (let i = 0; i < count; i += 1) {
    if (i > 0) writer.byte(COMMA);
    writer.values(rowAt(i), FIFTY, FIFTY.lengths.length);
    writer.byte(CLOSING_BRACE);
  }
  writer.text(end);
}

function writeBuyers(count: number, rows: { buyer: RowAt; habits: RowAt; shop: RowAt }): void {
  writer.begin('{"data":{"buyers":[');
  for (let i = 0; i < count; i += 1) {
    if (i > 0) writer.byte(COMMA);
    writer.values(rows.buyer(i), BUYER, BUYER_VALUES);
    writer.values(rows.habits(i), HABITS, HABITS.lengths.length);
    writer.values(rows.shop(i), SHOP, SHOP.lengths.length);
    writer.text('}}');
  }
  writer.text(']}}\n');
}

/** A buyer's last value. */
function shopIdOf(row: Buffer): string {
  let at = BUYER_VALUES;
  for (let i = 0; i < BUYER_VALUES - 1; i += 1) at += row[i] as number;
  return row.toString('latin1', at, at + (row[BUYER_VALUES - 1] as number));
}

/** @param done called as soon as an answer is written, before another can be. */
function answer(document: DocumentName, ids: string[], done: () => void): void {
  if (document === 'buyers') {
    void answerBuyers(ids, done);
    return;
  }
  const prefix = document === 'members' ? FLOOR_KEY.member : FLOOR_KEY.user;
  const [begin, end] =
    document === 'user' ? ['{"data":{"user":', '}}\n'] : [`{"data":{"${document}":[`, ']}}\n'];
  if ('get' in store) {
    const { get } = store;
    writeFifty(begin as string, end as string, ids.length, (i) => get(prefix + ids[i]));
    done();
    return;
  }
  for (let i = 0; i < ids.length; i += 1) ids[i] = prefix + ids[i];
  void store.mget(ids).then((rows) => {
    writeFifty(begin as string, end as string, rows.length, (i) => rows[i] as Buffer);
    done();
  });
}

async function answerBuyers(ids: readonly string[], done: () => void): Promise<void> {
  const count = ids.length;
  if ('get' in store) {
    const { get } = store;
    let shopId = '';
    const buyer: RowAt = (i) => {
      const row = get(FLOOR_KEY.buyer + ids[i]);
      shopId = shopIdOf(row);
      return row;
    };
    const habits: RowAt = (i) => get(FLOOR_KEY.habits + ids[i]);
    writeBuyers(count, { buyer, habits, shop: () => get(FLOOR_KEY.shop + shopId) });
    done();
    return;
  }
  const rows = (await store.mget([
    ...ids.map((id) => FLOOR_KEY.buyer + id),
    ...ids.map((id) => FLOOR_KEY.habits + id),
  ])) as Buffer[];
  const places = new Map<string, number>();
  const shopAt: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const key = FLOOR_KEY.shop + shopIdOf(rows[i] as Buffer);
    let place = places.get(key);
    if (place === undefined) {
      place = places.size;
      places.set(key, place);
    }
    shopAt.push(place);
  }
  const shops = (await store.mget([...places.keys()])) as Buffer[];
  writeBuyers(count, {
    buyer: (i) => rows[i] as Buffer,
    habits: (i) => rows[count + i] as Buffer,
    shop: (i) => shops[shopAt[i] as number] as Buffer,
  });
  done();
}

/** The commonest first. */
const KNOWN = (Object.keys(DOCUMENTS) as DocumentName[]).map((document) => {
  const { head, tail } = bodyAround(document);
  return { document, head: Buffer.from(head), tailLength: tail.length };
});

function respond(response: ServerResponse): void {
  const headers = ['Content-Type', 'application/json; charset=utf-8', 'Content-Length', `${writer.at}`];
  response.writeHead(200, headers);
  if (writer.at <= TEXT_MAX_BYTES) {
    response.end(writer.takeText(), 'latin1');
    return;
  }
  const { at } = writer;
  const page = writer.takePage();
  response.end(page.bytes.subarray(0, at), () => writer.release(page));
}

function handle(response: ServerResponse, body: Buffer): void {
  for (const { document, head, tailLength } of KNOWN) {
    if (head.compare(body, 0, head.length) !== 0) continue;
    const keys = body.toString('latin1', head.length + 1, body.length - tailLength - 1);
    // No key of this benchmark has a quote in it.
    answer(document, keys.split('","'), () => respond(response));
    return;
  }
  response.writeHead(400).end('no document of this benchmark');
}

const server = createServer((request, response) => {
  let body: Buffer | null = null;
  request.on('data', (chunk: Buffer) => {
    body = body === null ? chunk : Buffer.concat([body, chunk]);
  });
  request.on('end', () => handle(response, body as unknown as Buffer));
});
// No timer for each request.
Object.assign(server, { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 });
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  standReady({ origin: `http://127.0.0.1:${port}`, path: '/', headers: JSON_HEADERS }, profileTellers());
});
