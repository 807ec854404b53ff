/** Domains of the same entities, drawn, in which fields of every kind stand in any order. */
import { seededRandom } from '../../bench/form/seeded-random.ts';
import type { DomainSource } from '../../src/registry/domain-source.ts';

const TYPES = ['Int', 'Float', 'String', '[Int!]', 'BigInt', 'DateTime', 'Level', 'Shade'];
const TEXTS = ['"Plain."', '"""\n  In two\n    lines, with \\"quotes\\".\n  """', '"Ends with \\"quotes\\""'];
const FEATURES = 12;

/** Three of the same two entities; some draws do not compose: an enum is hidden, and features of it are not. */
export function drawDomains(seed: number): DomainSource[] {
  const draw = drawing(seed);
  const isHidden = draw.chance(0.3);
  return ['c', 'a', 'b'].map((domain) => {
    const query = ['Thing', 'Part'].map((type) => `look${type}(id: ID!): ${type} @lookup`);
    const definitions = [
      entity(draw, domain, 'Thing'),
      entity(draw, domain, 'Part'),
      '"Known by its number."\ninterface Known { id: ID! }',
      '"How."\nenum Level { LOW HIGH }',
      `"Of grey."\nenum Shade ${isHidden ? '@inaccessible' : ''} { DARK LIGHT }`,
      `type Query { ${domain === 'a' ? query.join(' ') : ''} ${domain}Ping: Int }`,
    ];
    return {
      name: domain,
      file: `schema/${domain}.graphql`,
      sdl: draw.shuffled(definitions).join('\n'),
      code: {
        transforms: {
          half: { inputs: { whole: 'Int' }, output: 'Float', compute: () => null },
          both: { inputs: { one: 'Int', other: 'Int' }, output: 'Int', compute: () => null },
        },
        resolvers: { Query: { [`${domain}Ping`]: () => 1 } },
      },
    };
  });
}

type Drawing = ReturnType<typeof drawing>;

function drawing(seed: number) {
  const random = seededRandom(seed);
  return {
    chance: (share: number): boolean => random() < share,
    pick: <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T,
    shuffled: <T>(items: readonly T[]): T[] =>
      items
        .map((item) => [random(), item] as const)
        .sort(([a], [b]) => a - b)
        .map(([, item]) => item),
  };
}

function entity(draw: Drawing, domain: string, type: string): string {
  const view = `${domain}_${type.toLowerCase()}`;
  const [prefix, other] = [`${domain}${type}`, type === 'Thing' ? 'Part' : 'Thing'];
  const fields = [
    'id: ID!',
    ...Array.from({ length: FEATURES }, (_, i) => feature(draw, `${prefix}${i}`, view)),
    `"Whole."\n${prefix}Whole: Int @feature(view: "${view}")`,
    `"Key."\n${prefix}Key: ID @feature(view: "${view}")`,
    `"Half."\n${prefix}Half: Float @onDemand(transform: "half", inputs: ["${prefix}Whole"])`,
    `${prefix}Other: ${other} @reference(key: ["${prefix}Key"])`,
    `${prefix}Read: ViewRead @viewRead(view: "${view}")`,
    ...(domain !== 'a' && draw.chance(0.5) ? ofAnother(draw, prefix, `a${type}Whole`) : []),
    ...(domain === 'b' && draw.chance(0.3)
      ? [`"Moved."\nc${type}Key: ID @feature(view: "${view}") @override(from: "c")`]
      : []),
  ];
  const known = draw.chance(0.2) ? 'implements Known' : '';
  const tag = draw.chance(0.5) ? '@tag(name: "type")' : '';
  return `"A ${type}."\ntype ${type} ${known} @key(fields: "id") ${tag} @view(name: "${view}") {\n${draw.shuffled(fields).join('\n')}\n}`;
}

function feature(draw: Drawing, name: string, view: string): string {
  const type = draw.pick(TYPES);
  const tags = draw.shuffled(['one', 'two']).slice(0, draw.pick([0, 1, 2]));
  const directives = [
    `@feature(view: "${view}"${type === '[Int!]' ? ', maxItems: 4' : ''})`,
    ...tags.map((tag) => `@tag(name: "${tag}")`),
    ...draw.pick([[], [], [], ['@deprecated(reason: "old")'], ['@cost(weight: 2)']]),
  ];
  return `${draw.pick(TEXTS)}\n${name}: ${type} ${draw.shuffled(directives).join(' ')}`;
}

/** An input that another domain owns, and what is made of it. */
function ofAnother(draw: Drawing, prefix: string, input: string): string[] {
  const made = `@onDemand(transform: "both", inputs: ["${input}", "${prefix}Whole"])`;
  return [
    `"Of another domain."\n${input}: Int @external`,
    `"Of both."\n${prefix}Both: Int ${draw.shuffled([`@requires(fields: "${input}")`, made]).join(' ')}`,
  ];
}
