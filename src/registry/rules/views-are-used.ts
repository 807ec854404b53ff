import { didYouMean } from '../../core/nearest-name.ts';
import { type DraftEntity, type DraftView, findView } from '../draft.ts';
import { entitiesOf, type Rule } from './rule.ts';

/** Every view that a feature or ViewRead names is declared on its entity, and every declared view has features. */
export const viewsAreUsed: Rule = {
  name: 'views-are-used',
  check(domains, report) {
    for (const [domain, entity] of entitiesOf(domains)) {
      let isEachFound = true;
      for (const field of entity.type.fields.values()) {
        for (const use of [field.feature, field.viewRead]) {
          if (use === undefined || findView(entity, use.viewText) !== undefined) continue;
          isEachFound = false;
          report(domain, use.node, {
            coordinate: field.coordinate,
            message: `The view ${JSON.stringify(use.viewText)} is not declared on ${entity.name}.${didYouMean(use.viewText, namesOf(entity))}`,
            mend: `Add \`@view(name: ${JSON.stringify(use.viewText.split('@')[0])})\` to the type, or correct the name.`,
          });
        }
      }
      for (const view of entity.views) {
        // Of two of one name the first has the features, and one that is misspelt would be the missing feature.
        if (view.features.length > 0 || !isEachFound || isSecond(entity, view)) continue;
        report(domain, view.node, {
          coordinate: entity.name,
          message: `No feature is in the view ${JSON.stringify(view.name)}${view.version > 1 ? ` version ${view.version}` : ''}.`,
          mend: 'Put a feature into it with `@feature(view: …)`, or take the view away.',
        });
      }
    }
  },
};

function isSecond({ views }: DraftEntity, view: DraftView): boolean {
  return views.find(({ name, version }) => name === view.name && version === view.version) !== view;
}

function namesOf(entity: DraftEntity): Set<string> {
  return new Set(entity.views.map((view) => view.name));
}
