import type { DraftDomain, DraftEntity } from '../draft.ts';
import { typeText } from '../type-fit.ts';
import { entitiesOf, type Rule } from './rule.ts';

/** All domains know an entity by one key, in one order, so that it has one entity key everywhere. */
export const keysAgree: Rule = {
  name: 'keys-agree',
  check(domains, report) {
    const owners = new Map<string, { domain: DraftDomain; entity: DraftEntity }>();
    for (const [domain, entity] of entitiesOf(domains)) {
      const known = owners.get(entity.name);
      if (known === undefined || (known.entity.isStub && !entity.isStub))
        owners.set(entity.name, { domain, entity });
    }
    for (const [domain, entity] of entitiesOf(domains)) {
      const owner = owners.get(entity.name);
      if (
        owner === undefined ||
        !owner.entity.isKeyKnown ||
        !entity.isKeyKnown ||
        keyText(owner.entity) === keyText(entity)
      )
        continue;
      report(domain, entity.keys[0]?.node, {
        coordinate: entity.name,
        message: `The key of ${entity.name} is (${keyText(entity)}) here, but (${keyText(owner.entity)}) in ${owner.domain.file}.`,
        mend: 'Give both the same fields and types, in the same order.',
      });
    }
  },
};

function keyText(entity: DraftEntity): string {
  return entity.joinKeys.map((key) => `${key.name}: ${typeText(key.type)}`).join(', ');
}
