import { describe, expect, it } from 'vitest';
import { parseReadOptions, type ReadOptionDefaults } from '../../src/engine/read-options.ts';

const defaults: ReadOptionDefaults = { deadlineMs: 500, knownViews: new Set(['weather', 'weather@1']) };
const parse = (featuregraph: unknown) => parseReadOptions({ featuregraph }, defaults);

describe('read options', () => {
  it('have defaults where nothing is said', () => {
    for (const extensions of [undefined, null, {}, { other: 1 }]) {
      expect(parseReadOptions(extensions, defaults)).toEqual({
        maxAgeMs: new Map(),
        status: 'NONE',
        deadlineMs: 500,
      });
    }
  });

  it('are taken as given', () => {
    expect(parse({ maxAgeMs: { weather: 1000 }, status: 'VALUES', deadlineMs: 20 })).toEqual({
      maxAgeMs: new Map([['weather', 1000]]),
      status: 'VALUES',
      deadlineMs: 20,
    });
  });

  it('say which tiers may answer', () => {
    expect(parse({ cache: 'BYPASS', consistency: 'QUORUM' })).toMatchObject({
      cache: 'BYPASS',
      consistency: 'QUORUM',
    });
    expect(parse({ cache: 'USE', consistency: 'ONE' })).toMatchObject({ cache: 'USE', consistency: 'ONE' });
    expect(parse({ cache: null })).not.toHaveProperty('cache');
  });

  it.each([
    ['an unknown cache', { cache: 'SKIP' }],
    ['a cache that is a flag', { cache: true }],
    ['an unknown consistency', { consistency: 'ALL' }],
    ['a misspelt option', { maxAge: {} }],
    ['no object', 'VALUES'],
    ['a list', []],
    ['an unknown status', { status: 'ALL' }],
    ['an unknown view', { maxAgeMs: { wether: 5 } }],
    ['a negative age', { maxAgeMs: { weather: -1 } }],
    ['an age that is text', { maxAgeMs: { weather: '5m' } }],
    ['ages that are no object', { maxAgeMs: 5 }],
    ['a deadline of zero', { deadlineMs: 0 }],
    ['a deadline beyond the bound', { deadlineMs: 1e9 }],
    ['a deadline that is no number', { deadlineMs: Number.NaN }],
  ])('%s is BAD_USER_INPUT', (_name, featuregraph) => {
    expect(() => parse(featuregraph)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });
});
