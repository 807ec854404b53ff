import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A project as `npm init` leaves it, with a schema, data, a client and types of its user's own. */
const FILES: Readonly<Record<string, string>> = {
  // What npm writes today: so files of modules need their own ending.
  'package.json': '{ "name": "shops", "version": "1.0.0", "type": "commonjs" }',
  'featuregraph.config.mts': `
import { defineConfig } from 'featuregraph';
export default defineConfig({ port: 0, adminPort: 0, tenant: 'shops' });
`,
  'schema/shop.graphql': `
"A place that sells."
type Shop @key(fields: "id") @tag(name: "owner/shops") @view(name: "shop_facts") {
  "Its number."
  id: ID!
  "How many shelves it has."
  shelves: Int @feature(view: "shop_facts")
  "Its shelves' length together, in metres."
  shelfMetres: Float @onDemand(transform: "metres", inputs: ["shelves"])
  "What it is called on the street."
  label: String
}
type Query {
  "One shop."
  shop(id: ID!): Shop @lookup
}
`,
  'schema/shop.mts': `
import type { DomainCode, TeamResolver } from 'featuregraph';

export const transforms: NonNullable<DomainCode['transforms']> = {
  metres: { inputs: { shelves: 'Int' }, output: 'Float', compute: ({ shelves }) => (shelves as number) * 1.5 },
};
const label: TeamResolver = Object.assign((shop: unknown) => \`Shop \${(shop as { id: string }).id}\`, { reads: [] });
export const resolvers = { Shop: { label } };
`,
  'schema/depot.graphql': `
"A place that stores for shops."
type Depot @key(fields: "id") @tag(name: "owner/depots") @view(name: "depot_facts") {
  "Its number."
  id: ID!
  "How many pallets stand in it."
  pallets: Int @feature(view: "depot_facts")
  "Whether there is anything."
  stocked: Boolean @onDemand(transform: "some", inputs: ["pallets"])
}
type Query {
  "One depot."
  depot(id: ID!): Depot @lookup
}
`,
  'schema/depot.mjs': `
export const transforms = {
  some: { inputs: { pallets: 'Int' }, output: 'Boolean', compute: ({ pallets }) => pallets > 0 },
};
`,
  'shops.csv': 'id,shelves,eventTime\n1,4,2024-01-01T00:00:00Z\n',
  'ask.mjs': `
import { createClient } from 'featuregraph/client';

const [, , url, apiKey] = process.argv;
const client = createClient({ url, apiKey, deadlineMs: 10_000 });
const answer = await client.query(
  'query ($id: ID!) { shop(id: $id) { shelves shelfMetres label } depot(id: $id) { pallets stocked } }',
  { id: '1' },
  { status: 'VALUES' },
);
const shelves = answer.ok ? answer.withStatus(answer.data.shop).shelves : null;
console.log(JSON.stringify({ data: answer.data, error: answer.error, shelves }));
`,
  'types/app.ts': `
import { type Client, createClient, type TypedDocument } from 'featuregraph/client';

declare const SHOP: TypedDocument<{ shop: { shelves: number | null } | null }, { id: string }>;
const client: Client = createClient({ url: '/graphql' });

export async function shelvesOf(id: string): Promise<number | null> {
  const answer = await client.query(SHOP, { id }, { status: 'VALUES' });
  if (!answer.ok) throw answer.error;
  // @ts-expect-error the document does not select it
  void answer.data.shop?.label;
  // @ts-expect-error the variable is missing
  void client.query(SHOP, {});
  return answer.data.shop === null ? null : answer.withStatus(answer.data.shop).shelves.value;
}
`,
  'types/schema-code.ts': `
import { type ConfigInput, type DomainCode, defineConfig, type TeamResolver } from 'featuregraph';

export const config: ConfigInput = defineConfig({ port: 4000 });
// @ts-expect-error a port is a number
defineConfig({ port: '4000' });
// @ts-expect-error there is no such key
defineConfig({ prot: 4000 });

export const transforms: NonNullable<DomainCode['transforms']> = {
  // @ts-expect-error a transform says what it gives
  double: { inputs: { number: 'Int' }, compute: ({ number }) => (number as number) * 2 },
};
export const label: TeamResolver = Object.assign(() => 'label', { reads: [] });
`,
};

export function writeProject(folder: string): void {
  for (const [name, text] of Object.entries(FILES)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${text.trimStart()}`);
  }
}
