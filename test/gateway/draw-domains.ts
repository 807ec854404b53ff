/** Domains of the same entities, drawn, in which fields of every kind stand in any order. */
import { seededRandom } from '../../bench/form/seeded-random.ts';
import type { DomainSource } from '../../src/registry/domain-source.ts';

const TYPES = ['Int', 'Float', 'String', '[Int!]', 'BigInt', 'DateTime', 'Level', 'Shade'];
const TEXTS = ['"Plain."', '"""\n  In two\n    lines, with \\"quotes\\".\n  """', '"Ends with \\"quotes\\""'];

/** Three of the same two entities; some draws do not compose: an enum is hidden, and features of it are not. */
export function drawDomains(seed: number): DomainSource[] {
  const random = seededRandom(seed);
  const chance = (share: number): boolean => random() < share;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const shuffled = <T>(items: readonly T[]): T[] =>
    items
      .map((item) => [random(), item] as const)
      .sort(([a], [b]) => a - b)
      .map(([, item]) => item);
  const isHidden = chance(0.3);
  return ['a', 'b', 'c'].map((domain, index): DomainSource => {
    const entity = (type: string): string => {
      const view = `${domain}_${type.toLowerCase()}`;
      const features = Array.from({ length: 12 }, (_, i) => {
        const kind = pick(TYPES);
        const more = kind === '[Int!]' ? ', maxItems: 4' : '';
        const tags = shuffled(['one', 'two']).slice(0, Math.floor(random() * 3));
        const said = tags.map((name) => `@tag(name: "${name}")`);
        const extra = chance(0.1) ? ['@deprecated(reason: "old")'] : chance(0.1) ? ['@cost(weight: 2)'] : [];
        const directives = shuffled([`@feature(view: "${view}"${more})`, ...said, ...extra]).join(' ');
        return `${pick(TEXTS)}\n${domain}${type}${i}: ${kind} ${directives}`;
      });
      const others = [
        `${domain}${type}Half: Float @onDemand(transform: "half", inputs: ["${domain}${type}Whole"])`,
        `${domain}${type}Other: ${type === 'Thing' ? 'Part' : 'Thing'} @reference(key: ["${domain}${type}Key"])`,
        `${domain}${type}Read: ViewRead @viewRead(view: "${view}")`,
      ].map((field) => `"Of others."\n${field}`);
      const needed = [
        `"Whole."\n${domain}${type}Whole: Int @feature(view: "${view}")`,
        `"Key."\n${domain}${type}Key: ID @feature(view: "${view}")`,
        'id: ID!',
      ];
      return `"A ${type}."\ntype ${type} @key(fields: "id") ${chance(0.5) ? '@tag(name: "type")' : ''} @view(name: "${view}") {\n${shuffled([...features, ...others, ...needed]).join('\n')}\n}`;
    };
    const lookups = index === 0 ? ['Thing', 'Part'] : [];
    const query = lookups.map((type) => `look${type}(id: ID!): ${type} @lookup`);
    return {
      name: domain,
      file: `schema/${domain}.graphql`,
      sdl: `${shuffled([entity('Thing'), entity('Part'), `"How."\nenum Level { LOW HIGH }`, `"Of grey."\nenum Shade ${isHidden ? '@inaccessible' : ''} { DARK LIGHT }`]).join('\n')}\ntype Query { ${query.join(' ')} ${domain}Ping: Int }`,
      code: {
        transforms: { half: { inputs: { whole: 'Int' }, output: 'Float', compute: () => null } },
        resolvers: { Query: { [`${domain}Ping`]: () => 1 } },
      },
    };
  });
}
