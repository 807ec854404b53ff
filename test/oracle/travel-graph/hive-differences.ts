/**
 * Where Hive's runtime answers otherwise than ours, why ours is meant, and an operation that shows it. Rows
 * whose witness no longer differs must go.
 */
import type { OracleQuery } from '../compare-with-oracle.ts';

export interface HiveDifference {
  readonly reason: string;
  readonly witness: OracleQuery;
  /** Whether an operation is of this kind, and so is left out of the comparison. */
  readonly concerns: (query: OracleQuery) => boolean;
}

export const HIVE_DIFFERENCES: readonly HiveDifference[] = [
  {
    reason:
      'Hive computes a field over a failed input and tells the error at the input, which nobody selected; ours withholds the representation and repeats the error at the field. Hive also drops nulls from inputs.',
    witness: { text: '{ aircraft(tailnum: "A2") { usageShare } }' },
    concerns: ({ text }) => /perRow|usageShare|legMinutes|crowding/.test(text),
  },
  {
    reason:
      'With a subgraph down, Hive tells one error at the place of the fetch, without list indexes, or nulls the whole answer; ours tells each field that is null because of it, and the same cause is grouped later.',
    witness: { text: '{ aircraftList(tailnums: ["A1"]) { lease } }', down: ['carrier'] },
    concerns: ({ down }) => down !== undefined,
  },
  {
    reason:
      'The planner has no plan for an operation of which nothing is left; ours answers an empty object.',
    witness: { text: '{ aircraft(tailnum: "A1") @skip(if: true) { label } }' },
    concerns: ({ text }) => /^\{ aircraft\(tailnum: "A1"\) @skip\(if: true\)/.test(text),
  },
  {
    reason:
      'The planner loses a condition inside a conditional fragment and asks for what is skipped; ours hands it operations whose conditions are decided.',
    witness: {
      text: 'query Q($a: Boolean!, $b: Boolean!) { vehicles { ... on Aircraft { label } ... on Aircraft @include(if: $a) { strict @skip(if: $b) label } } }',
      variables: { a: false, b: false },
    },
    concerns: ({ text }) => /strict @skip/.test(text),
  },
  {
    reason: 'Hive joins a list to itself when a fragment selects it twice.',
    witness: { text: '{ aircraft(tailnum: "A1") { ... on Aircraft { nicknames nicknames } } }' },
    concerns: ({ text }) => text.includes('nicknames') || text.includes('grid'),
  },
  {
    reason: 'Of a list in a list, Hive tells one index in the path of an error below it; ours tells both.',
    witness: { text: '{ aircraft(tailnum: "A4") { hops { routes { best { delay } } } } }' },
    concerns: ({ text }) => text.includes('hops'),
  },
  {
    reason:
      'Hive leaves an object standing whose non-null field failed in a later fetch; the specification takes the object away.',
    witness: { text: '{ carriers { fleet(first: 3) { strict } } }' },
    concerns: ({ text }) => /carriers .*strict/.test(text),
  },
];

/** Fields that only lead to listed differences; generated operations leave them out. */
export const HIVE_WITHOUT: ReadonlySet<string> = new Set([
  'Aircraft.perRow',
  'Aircraft.usageShare',
  'Aircraft.legMinutes',
  'Gate.crowding',
  'Aircraft.nicknames',
  'Aircraft.grid',
  'Aircraft.hops',
  'Aircraft.strict',
]);
