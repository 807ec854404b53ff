import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STATUS_OF_LETTER, ValueStatuses } from '../../src/client/value-statuses.ts';
import {
  FEATURE_STATUSES,
  type FeatureStatus,
  NO_STATUS_LETTER,
  STATUS_LETTERS,
} from '../../src/core/status.ts';

const RUNS = process.env.FEATUREGRAPH_TEST_LONG === '1' ? 20_000 : 500;

/** One object of an answer as a test sees it: its features with their letters, and its objects. */
interface Entity {
  readonly features: Readonly<Record<string, string>>;
  readonly children: Readonly<Record<string, Child>>;
}
type Child = Entity | null | readonly Child[];

const letter = fc.constantFrom(...Object.keys(STATUS_OF_LETTER));
const { child } = fc.letrec<{ entity: Entity; child: Child }>((tie) => ({
  // The same few names everywhere: objects of different types at one path have different fields.
  entity: fc.record({
    features: fc.dictionary(fc.constantFrom('seats', 'legs', '__proto__', 'constructor'), letter),
    children: fc.dictionary(fc.constantFrom('carrier', 'routes', 'again'), tie('child'), { maxKeys: 2 }),
  }),
  child: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    tie('entity'),
    fc.array(tie('child'), { maxLength: 4 }),
  ),
}));

type Told = { readonly object: object; readonly field: string; readonly letter: string };

/** Builds data and statuses the way the server is described to: by path, in the order of the answer. */
function build(root: Child): { data: unknown; statuses: Record<string, string>; told: Told[] } {
  const statuses: Record<string, string> = Object.create(null);
  const told: Told[] = [];
  const visit = (node: Child, prefix: string): unknown => {
    if (node === null) return null;
    if (Array.isArray(node)) return node.map((item: Child) => visit(item, prefix));
    const { features, children } = node as Entity;
    const object: Record<string, unknown> = Object.create(null);
    for (const [field, given] of Object.entries(features)) {
      object[field] = 1;
      statuses[prefix + field] = (statuses[prefix + field] ?? '') + given;
      told.push({ object, field, letter: given });
    }
    for (const [field, value] of Object.entries(children)) object[field] = visit(value, `${prefix}${field}.`);
    return object;
  };
  return { data: visit(root, ''), statuses, told };
}

describe('statuses of an answer', () => {
  it('know every letter that the server writes, and no other', () => {
    const ours: Record<string, FeatureStatus | null> = { [NO_STATUS_LETTER]: null };
    for (const status of FEATURE_STATUSES) ours[STATUS_LETTERS[status]] = status;
    expect(STATUS_OF_LETTER).toEqual(ours);
  });

  it('come to the object whose value they tell of, in any tree', () => {
    fc.assert(
      fc.property(child, (root) => {
        const { data, statuses, told } = build(root);
        if (typeof data !== 'object' || data === null) return;
        const joined = ValueStatuses.join(data, statuses);
        expect(joined).not.toBeNull();
        for (const { object, field, letter: given } of told) {
          const status = STATUS_OF_LETTER[given as keyof typeof STATUS_OF_LETTER];
          expect(joined?.statusOf(object, field)).toBe(status);
          const seen = joined?.withStatus(object) as Record<string, unknown>;
          expect(Object.getOwnPropertyDescriptor(seen, field)?.value).toEqual({ value: 1, status });
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('are refused when one letter is missing, too many or unknown', () => {
    fc.assert(
      fc.property(child, fc.nat(), fc.constantFrom('drop', 'add', 'spoil'), (root, at, how) => {
        const { data, statuses } = build(root);
        const paths = Object.keys(statuses);
        const path = paths[at % paths.length];
        fc.pre(typeof data === 'object' && data !== null && path !== undefined);
        const letters = statuses[path as string] as string;
        const spoilt = { drop: letters.slice(1), add: `${letters}P`, spoil: `?${letters.slice(1)}` }[how];
        expect(ValueStatuses.join(data as object, { ...statuses, [path as string]: spoilt })).toBeNull();
      }),
      { numRuns: RUNS },
    );
  });

  it('are null for what has none: keys, references, objects of another answer', () => {
    const data = { aircraft: { tailnum: 'N1', seats: null } };
    const statuses = ValueStatuses.join(data, { 'aircraft.seats': 'F' });
    expect(statuses?.withStatus(data.aircraft)).toEqual({
      tailnum: { value: 'N1', status: null },
      seats: { value: null, status: 'NOT_FOUND' },
    });
    expect(statuses?.statusOf(data, 'aircraft')).toBeNull();
    expect(statuses?.statusOf({ seats: 1 }, 'seats')).toBeNull();
  });
});
