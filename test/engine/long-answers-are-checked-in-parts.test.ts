/** Patterns see an answer a part at a time: where a part ends, no value is taken for shorter than it is. */
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { checkLeaf } from '../../src/engine/compiled/check-leaf.ts';
import { NOT_PLAIN } from '../../src/engine/compiled/scan-json.ts';
import { checkObject, listOf, orNull } from '../../src/engine/compiled/scan-object.ts';
import { TextWindow } from '../../src/engine/compiled/text-window.ts';

const SCHEMA = buildSchema('type Query { id: ID }');
const leaf = (name: string) =>
  orNull(checkLeaf({ kind: 'leaf', nonNull: false, name, check: (value) => value }, SCHEMA));
const USERS = listOf(
  checkObject([
    { key: 'id', check: leaf('ID') },
    { key: 'count', check: leaf('Int') },
    { key: 'mean', check: leaf('Float') },
  ]),
);

const PART_BYTES = 122_880;

test('a number that goes on behind a part is never taken for less', () => {
  for (let before = PART_BYTES - 30; before <= PART_BYTES + 30; before += 1) {
    const text = `${' '.repeat(before)}1234567890 ${'x'.repeat(100)}`;
    const window = new TextWindow(Buffer.from(text));
    // From its start on, so that the part ends inside of the number.
    expect(window.match(/ /y, 0)).toBe(1);
    expect(window.match(/\d+/y, before)).toBe(before + 10);
  }
});

test('what no pattern takes in a whole part is left to the scan', () => {
  const window = new TextWindow(Buffer.from('7'.repeat(3 * PART_BYTES)));
  expect(window.match(/7+/y, 0)).toBe(NOT_PLAIN);
  expect(window.match(/8/y, PART_BYTES)).toBe(NOT_PLAIN);
  expect(window.match(/7{5}/y, 3 * PART_BYTES - 5)).toBe(3 * PART_BYTES);
  expect(window.match(/7/y, 5)).toBe(6);
});

test('answers of many parts are taken whole, wherever a part ends in them, and a wrong value is found', () => {
  for (let shift = 0; shift < 90; shift += 3) {
    const users = Array.from({ length: 7000 }, (_, i) => ({
      id: i === 0 ? 'x'.repeat(shift + 1) : `u${i}`,
      count: i % 7 === 0 ? null : i * 307,
      mean: i / 8,
    }));
    const bytes = Buffer.from(JSON.stringify(users));
    expect(bytes.length).toBeGreaterThan(2 * PART_BYTES);
    expect(USERS.scan(bytes, 0, [], new TextWindow(bytes))).toBe(bytes.length);
    (users[6000] as { count: unknown }).count = 1.5;
    const wrong = Buffer.from(JSON.stringify(users));
    expect(USERS.scan(wrong, 0, [], new TextWindow(wrong))).toBe(NOT_PLAIN);
  }
});
