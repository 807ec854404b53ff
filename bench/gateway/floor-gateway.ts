/**
 * Contestant: what it costs at least. node:http, three fetches by undici at its lowest level, and JSON spliced by
 * hand. It knows this benchmark's query alone, trusts its subgraphs, and breaks at whatever is not as expected.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Dispatcher, Pool } from 'undici';
import { collectAsServer } from '../../src/cli/garbage-collection.ts';
import { givenArgument, JSON_HEADERS, standReady } from '../form/contestant.ts';
import { Splicer } from './floor-splicer.ts';
import type { GatewayArgument } from './gateway-argument.ts';
import { REQUIRED, type SubgraphName, selectedFrom } from './graph-shape.ts';

collectAsServer();
const { urls } = givenArgument<GatewayArgument>();

class Subgraph {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #head: string;

  constructor(name: SubgraphName, query: string, variable: string) {
    const { origin, pathname } = new URL(urls[name]);
    this.#pool = new Pool(origin, { connections: 64, pipelining: 1 });
    this.#path = pathname;
    this.#head = `{"query":${JSON.stringify(query)},"variables":{"${variable}":[`;
  }

  /** @param items JSON texts with commas between. */
  ask(items: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      let first: Buffer | null = null;
      let others: Buffer[] | null = null;
      const handler: Dispatcher.DispatchHandler = {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData(_controller, chunk) {
          if (first === null) first = chunk;
          else {
            others ??= [first];
            others.push(chunk);
          }
        },
        onResponseEnd() {
          resolve(others === null ? (first as unknown as Buffer) : Buffer.concat(others));
        },
        onResponseError(_controller, error) {
          reject(error);
        },
      };
      const options = { path: this.#path, method: 'POST', headers: JSON_HEADERS } as const;
      this.#pool.dispatch({ ...options, body: `${this.#head}${items}]}}` }, handler);
    });
  }
}

function entities(name: SubgraphName): Subgraph {
  const fields = selectedFrom(name).join(' ');
  const query = `query($representations:[_Any!]!){_entities(representations:$representations){... on User{${fields}}}}`;
  return new Subgraph(name, query, 'representations');
}

const accounts = new Subgraph(
  'accounts',
  `query($ids:[ID!]!){users(ids:$ids){id ${selectedFrom('accounts').join(' ')}}}`,
  'ids',
);
const activity = entities('activity');
const risk = entities('risk');
const splicer = new Splicer();
const REQUIRED_KEY = Buffer.from(`"${REQUIRED}":`);
const COMMA = 0x2c;

async function answer(response: ServerResponse, body: Buffer): Promise<void> {
  const { ids } = (JSON.parse(body.toString()) as { variables: { ids: string[] } }).variables;
  let items = `"${ids[0]}"`;
  for (let i = 1; i < ids.length; i += 1) items += `,"${ids[i]}"`;
  const first = await accounts.ask(items);
  let plain = '';
  let withRequired = '';
  let at = 0;
  for (const id of ids) {
    at = first.indexOf(REQUIRED_KEY, at) + REQUIRED_KEY.length;
    const required = first.toString('latin1', at, first.indexOf(COMMA, at));
    const comma = plain === '' ? '' : ',';
    plain += `${comma}{"__typename":"User","id":"${id}"}`;
    withRequired += `${comma}{"__typename":"User","id":"${id}","${REQUIRED}":${required}}`;
  }
  const [second, third] = await Promise.all([activity.ask(plain), risk.ask(withRequired)]);
  const bytes = splicer.splice(ids.length, first, second, third);
  response.writeHead(200, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': bytes.length,
  });
  response.once('close', () => splicer.release(bytes));
  response.end(bytes);
}

const server = createServer((request, response) => {
  let first: Buffer | null = null;
  let others: Buffer[] | null = null;
  request.on('data', (chunk: Buffer) => {
    if (first === null) first = chunk;
    else {
      others ??= [first];
      others.push(chunk);
    }
  });
  request.on('end', () => void answer(response, others === null ? (first as Buffer) : Buffer.concat(others)));
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  standReady({ origin: `http://127.0.0.1:${port}`, path: '/graphql', headers: JSON_HEADERS });
});
