/** Changes one thing of a subgraph's answer, at random: what careless or broken servers do, and what JSON allows. */
import { createRandom } from './generate-operations.ts';

type Node = { [key: string]: unknown } | unknown[];

/** A value that stands in the text as it is, whether it is JSON or not. */
class Raw {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const RAW_VALUES = [
  ...['1.0', '1e2', '-0', '01', '2147483648', '-2147483648', '1e999', '123456789012345678901', '7', '2.5'],
  ...[
    'null',
    'true',
    '"x"',
    '"\\u0041"',
    '"\\x"',
    '"a\tb"',
    '{}',
    '[]',
    '[null]',
    '{"a":1}',
    '""',
    '',
    'nul',
  ],
  ...['"JET"', '"NONE"', '"User"', '3.', '.5', '+1', '"\\ud800"', '-', '"open'],
];

/** Kinds of changes, by what they do to a part of the answer. */
const CHANGES: Readonly<Record<string, (node: Node, random: () => number) => void>> = {
  value: (node, random) => setPart(node, random, new Raw(pick(random, RAW_VALUES))),
  lost: (node, random) => {
    const key = pick(random, Object.keys(node));
    if (Array.isArray(node)) node.splice(Number(key), 1);
    else delete node[key];
  },
  order: (node) => {
    if (Array.isArray(node)) return;
    for (const key of Object.keys(node).reverse()) {
      const value = node[key];
      delete node[key];
      node[key] = value;
    }
  },
  extra: (node, random) => {
    if (Array.isArray(node)) node.push(pick(random, node));
    else node.unasked = 1;
  },
};

const WHOLE_CHANGES: readonly ((text: string) => Buffer)[] = [
  (text) => Buffer.from(JSON.stringify(JSON.parse(text), null, 2)),
  (text) => Buffer.from(text.replace(/^\{/, '{"extensions":{"took":[1,{}]},')),
  (text) => Buffer.from(text.replace(/\}$/, ',"errors":[]}')),
  (text) => Buffer.from(text.replace(/\}$/, ',"errors":null}')),
  (text) => Buffer.from(text.replace(/\}$/, ',"errors":[{"message":"m","extensions":{"code":"LOST"}}]}')),
  (text) => Buffer.from(text.replace(/^\{/, '{"data":null,')),
  (text) => Buffer.from(`\ufeff${text}`),
  (text) => Buffer.from(` ${text}\n`),
  (text) => Buffer.from(`${text}}`),
  (text) => Buffer.from(text.slice(0, text.length / 2)),
  (text) => Buffer.from(text.replaceAll('":', '" : ')),
  // A string that is no UTF-8, and one that is all of it.
  (text) => Buffer.from(text.replace(/"[a-z]+"(?=[,}])/, '"\xff\xfe"'), 'latin1'),
  (text) => Buffer.from(text.replace(/"[a-z]+"(?=[,}])/, '"é世🛩"')),
];

/** @param seed the same seed spoils the same answer in the same way. */
export function spoilAnswer(answer: string, seed: number): Buffer {
  const random = createRandom(seed);
  if (random() < 0.3) return pick(random, WHOLE_CHANGES)(answer);
  const body = JSON.parse(answer);
  const nodes = nodesOf(body.data);
  if (nodes.length === 0) return Buffer.from(answer);
  const change = pick(random, Object.values(CHANGES));
  change(pick(random, nodes), random);
  return Buffer.from(textOf(body));
}

function nodesOf(value: unknown): Node[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(nodesOf);
  return Object.keys(value).length === 0 ? inside : [value as Node, ...inside];
}

function setPart(node: Node, random: () => number, value: unknown): void {
  (node as Record<string, unknown>)[pick(random, Object.keys(node))] = value;
}

function textOf(value: unknown): string {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, part]) => `${JSON.stringify(key)}:${textOf(part)}`)
    .join(',')}}`;
}

function pick<T>(random: () => number, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T;
}
