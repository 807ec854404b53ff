/** Unions and interfaces of which a subgraph knows only some types. */
import type { Feature } from '../feature.ts';
import { NO_ENTITY_FETCHES, NO_TYPENAMES } from '../switches.ts';

const cat = { __typename: 'Cat', id: 'c', name: 'Tom', lives: 9, vet: 'Dr. A' };
const dog = { __typename: 'Dog', id: 'd', name: 'Rex', tricks: 4, vet: 'Dr. B' };
const fish = { __typename: 'Fish', id: 'f', name: null, depth: 3, vet: 'Dr. C' };
const home = { __typename: 'Home', id: 'h', pet: cat, pets: [cat, dog], animals: [dog, cat], tank: fish };
const hut = { __typename: 'Home', id: 'i', pet: null, pets: [], animals: [cat], tank: null };

export const partialUnions: Feature = {
  name: 'partial-unions',
  subgraphs: {
    homes: `
      type Query { homes: [Home!] pets: [Pet] @shareable animals: [Animal] }
      type Home @key(fields: "id") { id: ID! pet: Pet pets: [Pet!] animals: [Animal!] }
      union Pet = Cat | Dog
      interface Animal { name: String }
      type Cat implements Animal @key(fields: "id") { id: ID! name: String @shareable }
      type Dog implements Animal @key(fields: "id") { id: ID! name: String @shareable tricks: Int }
    `,
    tanks: `
      type Query { pets: [Pet] @shareable swimmers: [Animal] }
      type Home @key(fields: "id") { id: ID! tank: Pet }
      union Pet = Cat | Fish
      interface Animal { name: String }
      type Cat implements Animal @key(fields: "id") { id: ID! name: String @shareable lives: Int }
      type Fish implements Animal @key(fields: "id") { id: ID! name: String depth: Int }
    `,
    vets: `
      type Cat @key(fields: "id") { id: ID! vet: String }
      type Dog @key(fields: "id") { id: ID! vet: String }
      type Fish @key(fields: "id") { id: ID! vet: String }
    `,
  },
  records: {
    entities: [cat, dog, fish, home, hut],
    query: { homes: [home, hut], pets: [cat, null], animals: [cat, dog], swimmers: [fish] },
  },
  cases: [
    {
      text: '{ homes { pet { __typename } pets { __typename ... on Cat { lives name } ... on Dog { tricks } } } }',
    },
    {
      text: '{ homes { pets { ... on Fish { depth } ... on Cat { lives } } tank { ... on Fish { depth vet } ... on Dog { tricks } } } }',
    },
    { text: '{ pets { ... on Cat { name lives vet } ... on Dog { name } ... on Fish { vet } } }' },
    {
      text: '{ homes { animals { name ... on Cat { lives vet } ... on Dog { vet tricks } ... on Fish { depth } } } }',
    },
    {
      text: '{ animals { __typename name ... on Cat { lives } } swimmers { name __typename ... on Fish { vet depth } } }',
    },
    { text: '{ homes { pets { ... on Animal { name } ... on Cat { vet } ... on Dog { v: vet } } } }' },
  ],
  switches: [NO_ENTITY_FETCHES, NO_TYPENAMES],
};
