/** Keys, sizes and values: H18, H19, H25, H26, H35, H38, H39. */

import { attacksOn, patternsOfProduct } from '../patterns.ts';
import { type Answer, ask, bearer, type HostileRow, push, seeCodes, seeData, send } from '../row.ts';
import type { Target } from '../target.ts';

const LIST = 'query ($t: [ID!]!) { itemList(ids: $t) { stock } }';
const keys = (input: string, ids: unknown, expected: string, see?: HostileRow['see']): HostileRow => ({
  ...{ id: 'H19', input, expected, cpuMaxMs: null },
  ...(see && { see }),
  send: (target) => ask(target, LIST, { variables: { t: ids } }),
});
const size = (input: string, ids: unknown, expected: string): HostileRow => ({
  ...keys(input, ids, expected, (answer) => (answer.status === 200 ? seeData(answer) : seeCodes(answer))),
  id: 'H18',
});

const TOO_MANY = Array.from({ length: 1_001 }, (_, i) => `${i}`);
const sized = (input: string, query: string, expected: string): HostileRow => ({
  ...size(input, null, expected),
  send: (target) => ask(target, query),
});

const STRANGE = [
  ':{}*?[]',
  '\r\n',
  '\u0000',
  '../../etc/passwd',
  "'; DROP TABLE x;--",
  '${jndi:ldap://x}',
  '😀😀',
  '%00',
  'a\u0000b',
  "redis.call('FLUSHALL')",
];

const pushed = (input: string, expected: string, rows: unknown, see?: HostileRow['see']): HostileRow => ({
  ...{ id: 'H38', input, expected, once: true, cpuMaxMs: null, tenant: 'scoped' },
  ...{ suggests: true, ...(see && { see }) },
  send: (target) => push(target, 'item_facts', rows, target.keys.scoped),
});
const eventTime = '2026-01-01T00:00:00Z';
const seeRow = ({ status, body }: Answer): string =>
  `${status} accepted ${body?.accepted}, rejected ${body?.rejected}`;

const HTML = `<script>alert("1")</script>'; DROP TABLE item_facts;--`;

export const valueRows: readonly HostileRow[] = [
  size('null as a list of keys', null, '400 BAD_USER_INPUT'),
  size('-1 as a key', [-1], '200 {"itemList":[{"stock":null}]}'),
  size('2^31 − 1 as a key', [2 ** 31 - 1], '200 {"itemList":[{"stock":null}]}'),
  size('null among the keys', ['a', null], '400 BAD_USER_INPUT'),
  sized(
    'null as a default',
    'query ($t: [ID!]! = null) { itemList(ids: $t) { stock } }',
    '400 GRAPHQL_VALIDATION_FAILED',
  ),
  sized(
    'a default that is no list',
    'query ($t: [ID!]! = "a") { itemList(ids: $t) { stock } }',
    '200 {"itemList":[{"stock":3}]}',
  ),
  sized(
    'a default of one key more than maxKeys',
    `query ($t: [ID!]! = ${JSON.stringify(TOO_MANY)}) { itemList(ids: $t) { stock } }`,
    '400 LIST_LIMIT',
  ),
  sized(
    'one key more than maxKeys in the text',
    `{ itemList(ids: ${JSON.stringify(TOO_MANY)}) { stock } }`,
    '400 LIST_LIMIT',
  ),
  keys('one key more than maxKeys', TOO_MANY, '400 LIST_LIMIT'),
  keys(
    'a hundred thousand keys',
    Array.from({ length: 100_000 }, () => 'a'),
    '400 LIST_LIMIT',
  ),
  keys('maxKeys times the same key', Array(1_000).fill('a'), '200, 1000 × 3', ({ status, body }) => {
    const list: readonly { readonly stock: number }[] = body?.data?.itemList ?? [];
    return `${status}, ${list.filter(({ stock }) => stock === 3).length} × 3`;
  }),
  keys(
    'a key of half a megabyte',
    ['x'.repeat(500_000), 'a'],
    '200 ENTITY_KEY_TOO_LONG; its neighbour 3',
    (answer) => {
      const [, neighbour] = answer.body?.data?.itemList ?? [];
      return `${seeCodes(answer)}; its neighbour ${neighbour?.stock}`;
    },
  ),
  keys('no key', [], '200 {"itemList":[]}', seeData),
  {
    ...{
      id: 'H25',
      input: 'metacharacters of every store as keys',
      expected: 'as nobody wrote them',
      cpuMaxMs: null,
    },
    send: (target) => ask(target, LIST, { variables: { t: STRANGE } }),
    see: ({ status, body }) =>
      status === 200 && body.data.itemList.every((one: { readonly stock: unknown }) => one.stock === null)
        ? 'as nobody wrote them'
        : `${status} ${JSON.stringify(body).slice(0, 200)}`,
  },
  {
    ...{
      id: 'H25',
      input: 'metacharacters as keys that are written',
      expected: 'each is its own',
      once: true,
    },
    ...{ cpuMaxMs: null, tenant: 'scoped' },
    send: writeStrange,
    see: ({ text }) => text,
  },
  {
    ...{
      id: 'H26',
      input: 'a key that another namespace has',
      expected: 'exactly as if it were not there',
      cpuMaxMs: null,
    },
    send: async (target) => {
      const query = (id: string) => `{ item(id: "${id}") { name price stock buyer } }`;
      const one = await ask(target, query('theirs'));
      const other = await ask(target, query('nobody'));
      return { ...one, text: one.text === other.text ? 'exactly as if it were not there' : one.text };
    },
    see: ({ text }) => text,
  },
  {
    ...{
      id: 'H35',
      input: 'texts that backtrack, to every pattern',
      expected: 'at most 10 ms each',
      cpuMaxMs: null,
      once: true,
    },
    send: async (target) => ({ ...(await ask(target, '{ __typename }')), text: attackPatterns() }),
    see: ({ text }) => text,
  },
  pushed(
    'a row that names another namespace',
    '200 accepted 0, rejected 1',
    [{ id: 'a', namespace: 'reader', name: 'stolen', eventTime }],
    seeRow,
  ),
  pushed('a record of 10 MB', '413 PAYLOAD_TOO_LARGE', [
    { id: 'big', name: 'x'.repeat(10_000_000), eventTime },
  ]),
  pushed(
    'a row of a megabyte',
    '200 accepted 0, rejected 1',
    [{ id: 'big', name: 'x'.repeat(1_000_000), eventTime }],
    seeRow,
  ),
  pushed(
    'HTML and SQL as a value',
    '200 accepted 1, rejected 0',
    [{ id: 'html', name: HTML, eventTime }],
    seeRow,
  ),
  {
    ...{
      id: 'H38',
      input: 'HTML and SQL, read again',
      expected: `200 ${JSON.stringify({ item: { name: HTML } })}`,
      cpuMaxMs: null,
    },
    send: (target) => ask(target, '{ item(id: "html") { name } }', {}, bearer(target.keys.scoped)),
    see: seeData,
  },
  {
    ...{
      id: 'H39',
      input: 'line breaks and escapes in a path',
      expected: '403 FORBIDDEN, lines are JSON',
      cpuMaxMs: null,
    },
    send: (target) =>
      send(`${target.url}/push/x%0a%1b%5b31m%7b%22level`, 'POST', '[]', {
        ...bearer(target.keys.reader),
        'content-type': 'application/json',
      }),
    see: async (answer, target) => `${seeCodes(answer)}, ${await linesAreJson(target)}`,
  },
];

async function writeStrange(target: Target): Promise<Answer> {
  const rows = STRANGE.map((id, i) => ({ id, stock: i, eventTime }));
  const written = await push(target, 'item_facts', rows, target.keys.scoped);
  const read = await ask(target, LIST, { variables: { t: STRANGE } }, bearer(target.keys.scoped));
  const stocks = (read.body?.data?.itemList ?? []).map((one: { readonly stock: number }) => one.stock);
  const isOwn =
    written.body?.accepted === STRANGE.length && stocks.every((stock: number, i: number) => stock === i);
  return {
    ...read,
    text: isOwn ? 'each is its own' : `${written.text.slice(0, 300)} ${JSON.stringify(stocks)}`,
  };
}

/** Lines of the log begin with a brace; what else there is was printed for people. */
async function linesAreJson(target: Target): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 300));
  const log = target.log();
  const lines = log.split('\n').filter((line) => line.startsWith('{'));
  const areJson = lines.every((line) => {
    try {
      return JSON.parse(line) !== null;
    } catch {
      return false;
    }
  });
  return areJson && lines.length > 0 && !log.includes('\u001b[31m') ? 'lines are JSON' : 'lines are not JSON';
}

const ATTACK_LENGTH = 20_000;

function attackPatterns(): string {
  let worst = { ms: 0, place: '' };
  for (const { place, pattern } of patternsOfProduct())
    for (const attack of attacksOn(pattern, ATTACK_LENGTH)) {
      const ms = Math.min(...[0, 1].map(() => cpuOf(() => attack.replace(pattern, ''))));
      if (ms > worst.ms) worst = { ms, place };
    }
  return worst.ms <= 10 ? 'at most 10 ms each' : `${worst.ms.toFixed(1)} ms: ${worst.place}`;
}

function cpuOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
