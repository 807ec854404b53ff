/** Lists of representations as a gateway may send them, and as none should: in generated operations. */
const aircraft = (tailnum: unknown, more: object = {}) => ({ __typename: 'Aircraft', tailnum, ...more });
const route = (origin: unknown, dest: unknown) => ({ __typename: 'Route', origin, dest });
const airport = (code: unknown) => ({ __typename: 'Airport', airport: code });
const carrier = (code: unknown) => ({ __typename: 'Carrier', carrier: code });

/** Of every domain some: each knows a few of the types. */
export const REPRESENTATION_LISTS: readonly (readonly unknown[])[] = [
  [aircraft('N14228', { seats: 149 })],
  [aircraft('N14228', { seats: 149 }), aircraft('N102UW'), aircraft('N14228', { seats: 149 })],
  [aircraft('N14228', { seats: 149 }), aircraft('N14228', { seats: 3 }), aircraft('N14228', { seats: null })],
  [aircraft('N0EGMQ', { seats: 'many', wings: 2 }), aircraft('NONE', { seats: 1.5 })],
  [aircraft('N10156', { seats: 55 }), route('EWR', 'IAH'), aircraft('N102UW', { seats: 182 })],
  [route('EWR', 'IAH'), route('XXX', 'IAH'), route('EWR', 'IAH')],
  [airport('EWR'), airport('JFK'), airport('XXX')],
  [carrier('UA'), carrier('ZZ'), carrier('B6'), carrier('UA')],
  [carrier('9E'), aircraft('N14228')],
  [airport('LGA'), aircraft('N14228')],
  [],
  [aircraft(14228), aircraft('14228'), aircraft(1.5)],
  [aircraft(''), aircraft(null), aircraft('N14228')],
  [aircraft('x'.repeat(600)), { __typename: 'Aircraft' }, aircraft({ n: 1 })],
  [route('EWR', null), { __typename: 'Route', dest: 'IAH' }, route('JFK', '')],
  [carrier(['UA']), airport(true), carrier('UA')],
  [{ __typename: 'Ship', name: 'x' }, aircraft('N14228')],
  [{ tailnum: 'N14228' }, { __typename: 7, tailnum: 'N14228' }],
  ['N14228', aircraft('N14228'), [aircraft('N14228')]],
  [null, aircraft('N14228')],
];
