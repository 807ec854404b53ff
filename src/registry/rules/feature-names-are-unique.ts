import type { DraftField } from '../draft.ts';
import { entitiesOf, type Rule } from './rule.ts';

/** A feature's name in rows belongs to it alone: not to another of its view, a join key or a column of our own. */
export const featureNamesAreUnique: Rule = {
  name: 'feature-names-are-unique',
  check(domains, report) {
    for (const [domain, entity] of entitiesOf(domains)) {
      const keyNames = new Set(entity.joinKeys.map((field) => field.name));
      for (const view of entity.views) {
        const seen = new Map<string, DraftField>();
        for (const field of view.features) {
          const name = field.feature?.name ?? field.name;
          const first = seen.get(name);
          const owner =
            first !== undefined
              ? `${first.coordinate} in the same view`
              : keyNames.has(name)
                ? 'a join key'
                : ROW_COLUMNS.has(name)
                  ? 'a column that every pushed row may have'
                  : undefined;
          seen.set(name, field);
          if (owner === undefined) continue;
          report(domain, field.feature?.node, {
            coordinate: field.coordinate,
            message: `Its name in rows, "${name}", is that of ${owner}.`,
            mend: 'Give it another with `@feature(name: …)`.',
          });
        }
      }
    }
  },
};

/** What a pushed row says besides keys and features. */
const ROW_COLUMNS: ReadonlySet<string> = new Set([
  'eventTime',
  'eventTimeMs',
  'createdTime',
  'createdTimeMs',
  'revision',
]);
