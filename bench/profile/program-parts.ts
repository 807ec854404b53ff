/** The parts that a profile is summed by, told by where a function stands. The first that fits counts. */
const PARTS: readonly (readonly [part: string, where: RegExp])[] = [
  ['writing answers, planning (src/engine)', /\/src\/engine\//],
  ['reading features (src/features)', /\/src\/(?:features|subgraph)\//],
  ['stores and tiers (src/stores)', /\/src\/stores\//],
  ['front (gateway/http)', /\/gateway\//],
  ['usage and budgets (src/tenancy)', /\/src\/tenancy\//],
  ['metrics and logs', /\/src\/observability\/|prom-client|pino|sonic-boom|safe-stable/],
  ['the floor itself', /\/bench\//],
  ['other of ours', /\/src\//],
  ['client of Redis', /ioredis|redis-parser|standard-as-callback|denque/],
  ['client of LMDB', /\/lmdb\/|msgpackr/],
  ['fastify', /fastify|find-my-way|light-my-request|secure-json-parse|avvio|fast-querystring/],
  ['Apollo Server and GraphQL', /@apollo|graphql/],
  ['other packages', /node_modules/],
  ['HTTP, sockets and streams of Node', /^node:/],
];

const NO_FUNCTION: Readonly<Record<string, string>> = {
  '(garbage collector)': 'garbage collection (main thread)',
  '(program)': 'system calls and native code',
};

/** @param url as a profile has it; empty for what is native. */
export function partOf(functionName: string, url: string): string {
  if (url === '') return NO_FUNCTION[functionName] ?? 'system calls and native code';
  return PARTS.find(([, where]) => where.test(url))?.[0] ?? 'the rest';
}

const COLOURS = ['#d9822b', '#b5651d', '#7b8f3a', '#3a7d8f', '#8f5a9e', '#c2a83e', '#a0a0a0', '#e0a05a'];
const MORE_COLOURS = ['#c8553d', '#6a9955', '#4c72b0', '#9c6b98', '#bbbbbb', '#5b9bd5', '#d0605e', '#8c8c8c'];

/** One for each part, always the same. */
export function colourOf(part: string): string {
  const names = [...PARTS.map(([name]) => name), ...Object.values(NO_FUNCTION)];
  const all = [...COLOURS, ...MORE_COLOURS];
  return all[Math.max(0, names.indexOf(part)) % all.length] as string;
}
