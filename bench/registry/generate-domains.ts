import type { DomainSource } from '../../src/registry/domain-source.ts';

/** SDL of a schema of any size, with every kind of thing that a large one has: for benchmarks of scale. */
export interface SchemaSize {
  readonly domains: number;
  readonly entitiesPerDomain: number;
  readonly viewsPerEntity: number;
  readonly featuresPerView: number;
}

/** 50,000 features in 5,000 views over 100 domains. */
export const LARGE_SCHEMA: SchemaSize = {
  domains: 100,
  entitiesPerDomain: 10,
  viewsPerEntity: 5,
  featuresPerView: 10,
};

const TYPES = ['Int', 'Float', 'String', 'Boolean', 'BigInt', 'DateTime', 'Level', '[Int!]', 'ID', 'Decimal'];

export function generateDomains(size: SchemaSize): DomainSource[] {
  return Array.from({ length: size.domains }, (_, index) => ({
    name: `domain-${index}`,
    file: `schema/domain-${index}.graphql`,
    sdl: domainSdl(index, size),
    code: {
      transforms: {
        half: {
          inputs: { value: 'Int' },
          output: 'Float',
          compute: ({ value }) => (typeof value === 'number' ? value / 2 : null),
        },
      },
    },
  }));
}

function domainSdl(domain: number, size: SchemaSize): string {
  const types: string[] = [];
  const lookups: string[] = [];
  for (let entity = 0; entity < size.entitiesPerDomain; entity += 1) {
    types.push(entitySdl(domain, entity, size));
    const name = `D${domain}E${entity}`;
    lookups.push(`  d${domain}E${entity}(id: ID!): ${name} @lookup`);
    lookups.push(`  d${domain}E${entity}List(ids: [ID!]!): [${name}!] @lookup(maxKeys: 1000)`);
  }
  const neighbour = `D${(domain + 1) % size.domains}E0`;
  return `${types.join('\n')}
type ${neighbour} @key(fields: "id", resolvable: false) { id: ID! }
"How much."
enum Level { LOW MIDDLE HIGH }
type Query {
${lookups.join('\n')}
}
`;
}

function entitySdl(domain: number, entity: number, size: SchemaSize): string {
  const views: string[] = [];
  const fields: string[] = [];
  for (let view = 0; view < size.viewsPerEntity; view += 1) {
    const name = `d${domain}_e${entity}_v${view}`;
    views.push(`  @view(name: "${name}", ttl: "24h", source: "events", sourceMaxLag: "10m")`);
    for (let feature = 0; feature < size.featuresPerView; feature += 1) {
      const type = TYPES[feature % TYPES.length] as string;
      const more = type === '[Int!]' ? ', maxItems: 8' : type === 'Int' ? ', default: 0' : '';
      fields.push(`  "Feature ${feature} of view ${view}, as counted over a day."`);
      fields.push(`  v${view}Feature${feature}: ${type} @feature(view: "${name}"${more}) @tag(name: "team")`);
    }
  }
  return `"A thing that domain ${domain} knows."
type D${domain}E${entity} @key(fields: "id")
${views.join('\n')} {
  id: ID!
${fields.join('\n')}
  "Half of the first."
  half: Float @onDemand(transform: "half", inputs: ["v0Feature0"])
  neighbour: D${(domain + 1) % size.domains}E0 @reference(key: ["v0Feature8"])
  read: ViewRead @viewRead(view: "d${domain}_e${entity}_v0")
}`;
}
