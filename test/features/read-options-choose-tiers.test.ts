/** What a request says about caches and consistency reaches the stores, for every read that it causes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RequestContext } from '../../src/core/request-context.ts';
import type { OnlineStore, StoreCallOptions } from '../../src/stores/online-store.ts';
import { createContext, type Fixture, openFixture } from './fixtures/open-fixture.ts';
import { readFields } from './fixtures/read-fields.ts';

const seen: (StoreCallOptions | undefined)[] = [];
const watched = (store: OnlineStore): OnlineStore => ({
  readMany(reads, options) {
    seen.push(options);
    return store.readMany(reads, options);
  },
  writeMany: (writes, options) => store.writeMany(writes, options),
  eraseMany: (keys) => store.eraseMany(keys),
  check: () => store.check(),
  close: () => store.close(),
});

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture(watched);
});
afterAll(() => fixture.close());

async function optionsOf(options: Partial<RequestContext['options']>): Promise<StoreCallOptions | undefined> {
  seen.length = 0;
  const context = createContext();
  await readFields(fixture, { ...context, options: { ...context.options, ...options } }, ['a'], ['seats']);
  expect(seen).toHaveLength(1);
  return seen[0];
}

test('BYPASS and QUORUM are passed on, also together; nothing is asked for where nothing was said', async () => {
  expect(await optionsOf({ cache: 'BYPASS' })).toMatchObject({ bypassCaches: true, quorum: false });
  expect(await optionsOf({ consistency: 'QUORUM' })).toMatchObject({ bypassCaches: false, quorum: true });
  expect(await optionsOf({ cache: 'BYPASS', consistency: 'QUORUM' })).toMatchObject({
    bypassCaches: true,
    quorum: true,
  });
  for (const options of [{}, { cache: 'USE', consistency: 'ONE' }] as const) {
    expect(Object.keys((await optionsOf(options)) ?? {})).toEqual(['deadlineAtMs']);
  }
});
