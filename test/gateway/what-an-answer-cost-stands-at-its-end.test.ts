/** `extensions.cost` is written behind a body that is whole already: copied only where there is no room. */
import { expect, test } from 'vitest';
import { withCost } from '../../gateway/http/tell-budget.ts';
import type { BudgetState } from '../../src/tenancy/budget/budget-state.ts';
import { settled } from '../tenancy/settled.ts';

const STATE: BudgetState = {
  priority: 'INTERACTIVE',
  ...{ maximum: 100, perSecond: 10, available: 99, dailyQuota: null, usedToday: 1, dayEndsInMs: 1000 },
};
const COST = {
  ...{ requestedQueryCost: 2, actualQueryCost: 1 },
  throttleStatus: { maximumAvailable: 100, currentlyAvailable: 99, restoreRate: 10 },
};
const PLAIN = '{"data":{"a":"}é"}}\n';
const EXTENDED = '{"data":{"a":"}é"},"extensions":{"featuregraph":{"x":1}}}\n';

/** @returns a room of so many bytes that begins with the text, and the body in it. */
function written(text: string, spare: number): { room: Buffer; body: Buffer } {
  const length = Buffer.byteLength(text);
  const room = Buffer.alloc(length + spare, 'x');
  room.write(text);
  return { room, body: room.subarray(0, length) };
}

test.each([
  ['without extensions', PLAIN, false, { cost: COST }],
  ['with extensions', EXTENDED, true, { featuregraph: { x: 1 }, cost: COST }],
])('%s: as text, into the room behind it, and into a copy', (_which, text, hasExtensions, extensions) => {
  const whole = `${JSON.stringify({ data: { a: '}é' }, extensions })}\n`;
  expect(withCost(text, { hasExtensions, bodyRoom: null }, settled('r'), STATE)).toBe(whole);

  const { room, body } = written(text, 300);
  const inPlace = withCost(body, { hasExtensions, bodyRoom: room }, settled('r'), STATE) as Buffer;
  expect(inPlace.toString()).toBe(whole);
  expect([inPlace.buffer, inPlace.byteOffset]).toEqual([room.buffer, room.byteOffset]);

  for (const [spare, roomOf] of [
    [10, (one: Buffer) => one],
    [300, () => written(text, 300).room],
    [300, () => null],
  ] as const) {
    const { room: own, body: other } = written(text, spare);
    const told = withCost(other, { hasExtensions, bodyRoom: roomOf(own) }, settled('r'), STATE) as Buffer;
    expect(told.toString()).toBe(whole);
    expect(other.toString()).toBe(text);
  }
});

test('what is no object stays as it is', () => {
  const page = Buffer.from('[{"data":null}]\n');
  expect(withCost(page, { hasExtensions: false, bodyRoom: null }, settled('r'), STATE)).toBe(page);
});
