import type { DraftDomain, DraftEntity, DraftView } from '../draft.ts';
import { versionedName } from '../layout.ts';
import { entitiesOf, type Rule } from './rule.ts';

/** A view's name stands for one view in all domains, because pushes, `maxAgeMs` and errors name views alone. */
export const viewNamesAreUnique: Rule = {
  name: 'view-names-are-unique',
  check(domains, report) {
    const firsts = new Map<string, { domain: DraftDomain; entity: DraftEntity }>();
    const seen = new Map<string, DraftView>();
    for (const [domain, entity] of entitiesOf(domains)) {
      for (const view of entity.views) {
        const first = firsts.get(view.name);
        const versioned = versionedName(view);
        if (first === undefined) {
          firsts.set(view.name, { domain, entity });
        } else if (first.domain !== domain || first.entity !== entity) {
          report(domain, view.node, {
            coordinate: entity.name,
            message: `The view "${view.name}" is declared on ${first.entity.name} in ${first.domain.file} already.`,
            mend: `Give one of the two another name, such as "${domain.name.replaceAll('-', '_')}_${view.name}".`,
          });
          continue;
        } else if (seen.has(versioned)) {
          report(domain, view.node, {
            coordinate: entity.name,
            message: `The view "${view.name}" is declared twice with version ${view.version}.`,
            mend: 'Take one of the two away, or give it another version.',
          });
        }
        seen.set(versioned, view);
      }
    }
  },
};
