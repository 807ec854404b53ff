import { describeType } from '../core/feature-type.ts';
import type { Entity, JoinKey, Lookup, Reference, Registry } from './registry.ts';
import type { RegistryChange } from './registry-change.ts';

/** What changed about entities: that they exist, their keys, what leads to them, and how many may be looked up. */
export function compareEntities(before: Registry, after: Registry): RegistryChange[] {
  return [
    ...compareKeys(before, after),
    ...compareReferences(before, after),
    ...compareLookups(before, after),
  ];
}

function compareKeys(before: Registry, after: Registry): RegistryChange[] {
  const [old, now] = [owned(before), owned(after)];
  const changes: RegistryChange[] = [];
  for (const [name, entity] of now) {
    const was = old.get(name);
    if (was === undefined) changes.push(added(entity));
    else if (keyText(was.joinKeys) !== keyText(entity.joinKeys)) changes.push(rekeyed(was, entity));
  }
  for (const [name, entity] of old) if (!now.has(name)) changes.push(removed(entity));
  return changes;
}

/** By name: what the domain that has its features says, or any domain where none has. */
function owned(registry: Registry): ReadonlyMap<string, Entity> {
  const entities = new Map<string, Entity>();
  for (const { entities: own } of registry.domains)
    for (const entity of own.values())
      if (!entities.has(entity.name) || entity.views.length > 0) entities.set(entity.name, entity);
  return entities;
}

function keyText(joinKeys: readonly JoinKey[]): string {
  return joinKeys.map(({ name, type }) => `${name}: ${describeType(type)}`).join(', ');
}

function added({ name, domain, joinKeys }: Entity): RegistryChange {
  return {
    ...{ kind: 'ENTITY_ADDED', coordinate: name, view: null, domain, effect: 'NONE', affects: [] },
    ...{ before: null, after: keyText(joinKeys) },
    message: `${name} is new, with the key (${keyText(joinKeys)}).`,
    mend: 'Nothing is needed.',
  };
}

function removed({ name, domain, joinKeys, features, onDemand }: Entity): RegistryChange {
  return {
    ...{ kind: 'ENTITY_REMOVED', coordinate: name, view: null, domain, effect: 'BREAKS' },
    ...{ before: keyText(joinKeys), after: null },
    affects: [...features.keys(), ...onDemand.keys()].map((field) => `${name}.${field}`),
    message: `${name} is gone, with all of its features.`,
    mend: 'Keep it until no operation asks for it.',
  };
}

function rekeyed(was: Entity, { name, domain, joinKeys, features, onDemand }: Entity): RegistryChange {
  return {
    ...{ kind: 'KEY_CHANGED', coordinate: name, view: null, domain, effect: 'BREAKS' },
    ...{ before: keyText(was.joinKeys), after: keyText(joinKeys) },
    affects: [...features.keys(), ...onDemand.keys()].map((field) => `${name}.${field}`),
    message: `The key of ${name} was (${keyText(was.joinKeys)}) and is (${keyText(joinKeys)}): no row stored before is found, and who asks by the old key is refused.`,
    mend: 'Make it an entity of another name, push its rows, and let operations move over.',
  };
}

function compareReferences(before: Registry, after: Registry): RegistryChange[] {
  const old = referencesOf(before);
  const changes: RegistryChange[] = [];
  for (const [coordinate, { domain, reference }] of referencesOf(after)) {
    const was = old.get(coordinate);
    if (was === undefined || referenceText(was.reference) === referenceText(reference)) continue;
    changes.push({
      ...{ kind: 'REFERENCE_CHANGED', coordinate, view: null, domain, effect: 'VALUES' },
      ...{ before: referenceText(was.reference), after: referenceText(reference), affects: [coordinate] },
      message: `The reference led to ${referenceText(was.reference)} and leads to ${referenceText(reference)}: every feature asked through it is another entity's.`,
      mend: 'Give the new one a field of its own, unless the old one was wrong.',
    });
  }
  return changes;
}

function referencesOf(registry: Registry) {
  const references = new Map<string, { readonly domain: string; readonly reference: Reference }>();
  for (const { name: domain, entities } of registry.domains)
    for (const entity of entities.values())
      for (const reference of entity.references.values())
        references.set(`${entity.name}.${reference.field}`, { domain, reference });
  return references;
}

function referenceText({ target, key }: Reference): string {
  return `${target} by (${key.map((path) => ('field' in path ? path.field : `$${path.name}`)).join(', ')})`;
}

function compareLookups(before: Registry, after: Registry): RegistryChange[] {
  const old = new Map(before.domains.flatMap(({ lookups }) => [...lookups]));
  const changes: RegistryChange[] = [];
  for (const { name: domain, lookups } of after.domains) {
    for (const [field, lookup] of lookups) {
      const was = old.get(field);
      if (was === undefined || was.kind !== lookup.kind || was.maxKeys === lookup.maxKeys) continue;
      changes.push(boundChanged(domain, was, lookup));
    }
  }
  return changes;
}

function boundChanged(domain: string, was: Lookup, { field, maxKeys }: Lookup): RegistryChange {
  const coordinate = `Query.${field}`;
  const isTighter = maxKeys < was.maxKeys;
  return {
    ...{ kind: 'MAX_KEYS_CHANGED', coordinate, view: null, domain },
    effect: isTighter ? 'BREAKS' : 'NONE',
    ...{ before: String(was.maxKeys), after: String(maxKeys), affects: [coordinate] },
    message: `One call could ask for ${was.maxKeys} keys and can ask for ${maxKeys}${isTighter ? ': larger calls are refused (LIST_LIMIT)' : ''}.`,
    mend: isTighter ? 'Let callers ask in smaller parts first.' : 'Nothing is needed.',
  };
}
