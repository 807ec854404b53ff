import { viewsByBlock } from '../block-id.ts';
import { entitiesOf, type Rule } from './rule.ts';

/** A block is read from one place, so views of the hot tier alone do not share it with those that outlive it. */
export const volatileViewsAreApart: Rule = {
  name: 'volatile-views-are-apart',
  check(domains, report) {
    for (const [domain, entity] of entitiesOf(domains)) {
      for (const [blockId, views] of viewsByBlock(entity)) {
        const volatile = views.find(({ hot }) => hot === 'ONLY');
        const durable = views.find(({ hot }) => hot !== 'ONLY');
        if (volatile === undefined || durable === undefined) continue;
        report(domain, volatile.node, {
          coordinate: entity.name,
          message: `The view "${volatile.name}" is \`hot: "ONLY"\` and shares the block ${blockId} with "${durable.name}", which is not.`,
          mend: 'Give one of them another `block`, or the volatile view none: it gets one of its own then.',
        });
      }
    }
  },
};
