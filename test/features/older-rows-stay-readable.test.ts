/** Rows written under another layout are read by name; what it lacks, or holds in a type that no longer fits, is absent. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { FeatureType } from '../../src/core/feature-type.ts';
import { createLayout } from '../../src/registry/layout.ts';
import { createContext, type Fixture, openFixture } from './fixtures/open-fixture.ts';
import { readFields } from './fixtures/read-fields.ts';

const scalar = (name: 'Int' | 'String' | 'Boolean'): FeatureType => ({ kind: 'scalar', name, maxBytes: 256 });

/** `tonnes` was an Int, which fits Float; `cargo` a Boolean, which fits nothing; `weight` is gone; `destination` is new. */
const OLD = createLayout([
  { name: 'weight', type: scalar('Int') },
  { name: 'tonnes', type: scalar('Int') },
  { name: 'cargo', type: scalar('Boolean') },
]);
/** Nobody remembers it. */
const LOST = createLayout([{ name: 'tonnes', type: scalar('String') }]);

let fixture: Fixture;
let asked: number[][];
beforeAll(async () => {
  fixture = await openFixture();
  const { getMany } = fixture.layouts;
  fixture.layouts.getMany = (ids) => {
    asked.push([...ids]);
    return getMany.call(fixture.layouts, ids);
  };
  const values = { weight: 1, tonnes: 3, cargo: true };
  for (const plate of ['old-1', 'old-2']) await fixture.write('truck_load', [plate], values, { layout: OLD });
  await fixture.write('truck_load', ['lost'], { tonnes: '3' }, { layout: LOST, layoutIsUnknown: true });
  await fixture.write('truck_load', ['new'], { tonnes: 4 });
});
afterAll(() => fixture.close());
beforeEach(() => {
  asked = [];
});

test('values are found by name, and what the row does not have is NOT_FOUND with its default', async () => {
  expect(await readFields(fixture, createContext(), ['old-1'], ['tonnes', 'cargo', 'destination'])).toEqual({
    tonnes: { value: 3, status: 'PRESENT' },
    cargo: { value: null, status: 'NOT_FOUND' },
    destination: { value: 'nowhere', status: 'NOT_FOUND' },
  });
});

test('a layout is asked for once, not once for each row or request', async () => {
  await fixture.setSourceLag(0); // a reader that knows none yet
  const context = createContext();
  await Promise.all(
    ['old-1', 'old-2', 'new'].map((plate) => readFields(fixture, context, [plate], ['tonnes'])),
  );
  await readFields(fixture, createContext(), ['old-2'], ['tonnes']);
  expect(asked).toEqual([[OLD.id]]);
});

test('a row of a layout that nobody knows is STORE_UNAVAILABLE, alone', async () => {
  const context = createContext();
  const [lost, found] = await Promise.all([
    readFields(fixture, context, ['lost'], ['tonnes']),
    readFields(fixture, context, ['new'], ['tonnes']),
  ]);
  expect(lost.tonnes).toEqual({ value: 'error: STORE_UNAVAILABLE', status: 'STORE_UNAVAILABLE' });
  expect(found.tonnes).toEqual({ value: 4, status: 'PRESENT' });
});
