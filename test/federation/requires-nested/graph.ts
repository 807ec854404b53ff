/** Inputs that are nested, in lists, computed from other inputs, and several hops away. */
import type { Feature } from '../feature.ts';
import { input, type Loose } from '../records.ts';
import { NO_INPUTS, NO_ORDER } from '../switches.ts';

const maker = { __typename: 'Maker', id: 'm', rating: 4, city: 'Ulm' };
const other = { __typename: 'Maker', id: 'n', rating: null, city: 'Rom' };
const part = (id: string, grams: number, by: unknown) => ({ __typename: 'Part', id, grams, maker: by });
const parts = [part('1', 10, maker), part('2', 25, other), part('3', 40, maker)];
const engine = (id: string, uses: readonly unknown[]) => ({
  __typename: 'Engine',
  id,
  parts: uses,
  box: { __typename: 'Box', size: { __typename: 'Size', w: 2, h: uses.length + 1 } },
  weight: (self: Loose) => self.parts.reduce((sum: number, one: Loose) => sum + one.grams, 0),
  volume: (self: Loose) => self.box.size.w * self.box.size.h,
  freight: (self: Loose) => `${input(self, 'weight')}g in ${input(self, 'volume')}`,
  trust: (self: Loose) => self.parts.map((one: Loose) => one.maker.rating ?? -1).join('/'),
  label: (self: Loose) => `<${input(self, 'freight')}>`,
});
const engines = [engine('a', parts), engine('b', [parts[1]]), engine('c', [])];

export const requiresNested: Feature = {
  name: 'requires-nested',
  subgraphs: {
    engines: `
      type Query { engines: [Engine] }
      type Engine @key(fields: "id") { id: ID! parts: [Part!]! box: Box }
      type Part @key(fields: "id") { id: ID! }
      type Box { size: Size! }
      type Size { w: Int! h: Int! }
    `,
    parts: `
      type Part @key(fields: "id") { id: ID! grams: Int maker: Maker! }
      type Maker @key(fields: "id", resolvable: false) { id: ID! }
    `,
    makers: 'type Maker @key(fields: "id") { id: ID! rating: Int city: String }',
    scales: `
      type Engine @key(fields: "id") {
        id: ID!
        parts: [Part!]! @external
        box: Box @external
        weight: Int @requires(fields: "parts { grams }")
        volume: Int @requires(fields: "box { size { w h } }")
      }
      type Part @key(fields: "id", resolvable: false) { id: ID! grams: Int @external }
      type Box { size: Size! @external }
      type Size { w: Int! @external h: Int! @external }
    `,
    freight: `
      type Engine @key(fields: "id") {
        id: ID!
        weight: Int @external
        volume: Int @external
        parts: [Part!]! @external
        freight: String @requires(fields: "weight volume")
        trust: String @requires(fields: "parts { maker { rating } }")
      }
      type Part @key(fields: "id", resolvable: false) { id: ID! maker: Maker! @external }
      type Maker @key(fields: "id", resolvable: false) { id: ID! rating: Int @external }
    `,
    labels: `
      type Engine @key(fields: "id") { id: ID! freight: String @external label: String @requires(fields: "freight") }
    `,
  },
  records: { entities: [maker, other, ...parts, ...engines], query: { engines } },
  cases: [
    { text: '{ engines { weight } }' },
    { text: '{ engines { volume weight } }' },
    { text: '{ engines { freight } }' },
    { text: '{ engines { label } }' },
    { hiveDiffers: 'listInput', text: '{ engines { trust } }' },
    { hiveDiffers: 'listInput', text: '{ engines { trust label id parts { id maker { city } } } }' },
    { hiveDiffers: 'mixedInputs', text: '{ engines { box { size { h } } volume: id label v: volume } }' },
  ],
  switches: [NO_INPUTS, NO_ORDER],
};
