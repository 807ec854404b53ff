/** The floor's rows: per value a byte that tells the length of its JSON text, then the texts, then room to read on. */
import { countOf, KEY_PREFIX, type StoredView, VIEWS, valuesOf } from './population.ts';

/** Values are copied eight bytes at a time, so the last may be read beyond its end. */
export const ROOM_BYTES = 8;

export function packRow(values: readonly (number | string)[]): Buffer {
  const texts = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return Buffer.concat([
    Buffer.from(texts.map((text) => text.length)),
    ...texts.map((text) => Buffer.from(text, 'latin1')),
    Buffer.alloc(ROOM_BYTES),
  ]);
}

/** What stands before an entity's key, so that its rows of different kinds are told apart. */
export const FLOOR_KEY = { user: 'fu', member: 'fm', buyer: 'fb', habits: 'fh', shop: 'fs' } as const;

/** Every row of the floor. A member's views are one row, as its views are one block. */
export function* floorRows(userCount: number): Generator<readonly [string, Buffer]> {
  const members: readonly StoredView[] = VIEWS.members;
  const rows = {
    user: [VIEWS.user],
    member: members,
    buyer: [VIEWS.buyer],
    habits: [VIEWS.habits],
    shop: [VIEWS.shop],
  };
  for (const [kind, views] of Object.entries(rows) as [keyof typeof FLOOR_KEY, readonly StoredView[]][]) {
    const { type } = views[0] as StoredView;
    for (let entity = 0; entity < countOf(type, userCount); entity += 1) {
      const values = views.flatMap((view) => valuesOf(view, entity));
      yield [`${FLOOR_KEY[kind]}${KEY_PREFIX[type]}${entity}`, packRow(values)];
    }
  }
}
