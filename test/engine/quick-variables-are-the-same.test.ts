/** Variables that are checked quickly are what graphql-js makes of them; it looks at all that are not plain. */
import { buildSchema, getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { coerceVariables } from '../../src/engine/coerce-variables.ts';
import { quickVariables } from '../../src/engine/quick-variables.ts';

const schema = buildSchema(`
  scalar Day enum Size { S M } input Range { from: Int = 1 }
  type Query { a(x: Day, y: Size, z: Range): Int b: Float c: ID }
`);

const VALUES: readonly unknown[] = [
  ...[undefined, null, '', 'a', '7', 0, -0, 7, 1.5, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 1e20, Number.NaN],
  ...[
    true,
    false,
    {},
    { from: 2 },
    [],
    [null],
    ['a'],
    ['a', 'b'],
    ['a', 1],
    [1, 2],
    [1.5],
    [['a'], []],
    [[null]],
  ],
];
const TYPES = ['ID', 'String', 'Boolean', 'Int', 'Float', 'Day', 'Size', 'Range'].flatMap((name) => [
  ...[name, `${name}!`, `[${name}]`, `[${name}!]!`, `[[${name}!]]`],
]);

function operationOf(text: string): OperationDefinitionNode {
  return getOperationAST(parse(text)) as OperationDefinitionNode;
}

describe.each(TYPES)('%s', (type) => {
  const operation = operationOf(`query ($v: ${type}) { a }`);
  const quick = quickVariables(schema, operation);

  test('gives what graphql-js gives, or nothing', () => {
    for (const value of VALUES) {
      const given = value === undefined ? {} : { v: value };
      const found = quick?.(given) ?? null;
      if (found !== null) expect(found).toStrictEqual(coerceVariables(schema, operation, given));
    }
  });
});

test('plain values take the quick way, in lists too', () => {
  const quick = quickVariables(schema, operationOf('query ($ids: [ID!]!, $max: Int, $min: Float) { a }'));
  expect(quick?.({ ids: ['a', 'b'], max: 3, other: 1 })).toEqual({
    coerced: { ids: ['a', 'b'], max: 3 },
    sent: { ids: ['a', 'b'], max: 3 },
  });
  expect(quick?.({ max: 3 })).toBeNull();
  expect(quick?.({ ids: ['a', 7] })).toBeNull();
  expect(quickVariables(schema, operationOf('query ($d: Int = 3) { a }'))).toBeNull();
});
