import { expect, test } from 'vitest';
import { didYouMean, nearestName } from '../../src/core/nearest-name.ts';

const KNOWN = ['aircraft_facts', 'aircraft_cabin', 'customerId', 'eventTime', 'orders30d', 'mode', 'nodes'];

test.each([
  ['aircraft_fact', 'aircraft_facts'],
  ['aircraft_cabni', 'aircraft_cabin'],
  ['AIRCRAFT_CABIN', 'aircraft_cabin'],
  ['customer_id', 'customerId'],
  ['event_time', 'eventTime'],
  ['orders', 'orders30d'],
  ['node', 'nodes'],
])('%s means %s', (name, meant) => {
  expect(nearestName(name, KNOWN)).toBe(meant);
  expect(didYouMean(name, KNOWN)).toBe(` Did you mean "${meant}"?`);
});

test.each(['gibberish', '', 'x', 'a'.repeat(1_000_000)])(
  'nothing is said of a name that is near to none',
  (name) => {
    expect(nearestName(name, KNOWN)).toBeNull();
    expect(didYouMean(name, KNOWN)).toBe('');
  },
);
