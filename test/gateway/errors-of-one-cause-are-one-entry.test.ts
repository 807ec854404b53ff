/** Errors are grouped by cause and reason, with count and indexes; others pass as they are. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupErrors, REQUEST_ERRORS_MAX } from '../../src/engine/group-errors.ts';

const at = (path: (string | number)[], extensions: Record<string, unknown>, message = 'm') => ({
  message,
  path,
  extensions,
});

test('one entry per view and code, with the first path, the count and the indexes', () => {
  const down = { code: 'STORE_UNAVAILABLE', view: 'facts' };
  const grouped = groupErrors([
    at(['list', 7, 'a'], down),
    at(['list', 2, 'a'], down),
    at(['list', 7, 'b'], down),
    at(['list', 0, 'a'], { ...down, code: 'STORE_TIMEOUT' }),
    at(['one', 'a'], { ...down, view: 'usage' }),
  ]);
  expect(grouped).toEqual([
    at(['list', 7, 'a'], { ...down, count: 3, indexes: [2, 7] }),
    at(['list', 0, 'a'], { ...down, code: 'STORE_TIMEOUT', count: 1, indexes: [0] }),
    at(['one', 'a'], { ...down, view: 'usage', count: 1 }),
  ]);
});

test('view, transform and subgraph of one name are three causes', () => {
  const grouped = groupErrors([
    at(['a'], { code: 'X', view: 'n' }),
    at(['b'], { code: 'X', transform: 'n' }),
    at(['c'], { code: 'X', subgraph: 'n' }),
  ]);
  expect(grouped).toHaveLength(3);
});

test('an error without a cause stays as it is, in its place', () => {
  const denied = at(['b'], { code: 'FORBIDDEN' });
  const cause = { code: 'X', view: 'v' };
  const grouped = groupErrors([at(['a'], cause), denied, denied, at(['c'], cause)]);
  expect(grouped).toEqual([at(['a'], { ...cause, count: 2 }), denied, denied]);
});

test('request errors are capped', () => {
  const errors = Array.from({ length: 50 }, (_, i) => ({ message: `problem ${i}` }));
  const grouped = groupErrors([...errors, at(['a'], { code: 'FORBIDDEN' })]);
  expect(grouped).toHaveLength(REQUEST_ERRORS_MAX + 1);
  expect(grouped.at(-1)?.path).toEqual(['a']);
});

test('counts add up, and first appearances keep their order, whatever comes', () => {
  const cause = fc.record({
    code: fc.constantFrom('A', 'B'),
    view: fc.constantFrom('v', 'w'),
    index: fc.nat(5),
  });
  fc.assert(
    fc.property(fc.array(cause, { maxLength: 60 }), (causes) => {
      const errors = causes.map(({ code, view, index }) => at(['list', index, 'f'], { code, view }));
      const frozen = structuredClone(errors);
      const grouped = groupErrors(errors);
      expect(errors).toEqual(frozen);
      const sum = grouped.reduce((total, { extensions }) => total + (extensions?.count as number), 0);
      expect(sum).toBe(errors.length);
      const firsts = grouped.map((entry) => errors.findIndex(({ path }) => path === entry.path));
      expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
    }),
    { seed: 1, numRuns: 200 },
  );
});
