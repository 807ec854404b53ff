import { buildEntity } from './build-entity.ts';
import type { DraftDomain } from './draft.ts';
import { compareNames, versionedName } from './layout.ts';
import { namedTypeOf } from './platform-definitions.ts';
import type { Block, Domain, Entity, Lookup, Registry, View } from './registry.ts';
import { isListType } from './resolve-type.ts';

/** From drafts in which no rule found a problem to the tables that everything else reads. */
export function buildRegistry(drafts: readonly DraftDomain[]): Registry {
  const domains = [...drafts].sort((a, b) => compareNames(a.name, b.name)).map(buildDomain);
  const views = new Map<string, View>();
  const blocks = new Map<string, Block>();
  for (const domain of domains) {
    for (const entity of domain.entities.values()) {
      for (const block of entity.blocks) blocks.set(block.id, block);
      for (const view of entity.views) {
        views.set(versionedName(view), view);
        const other = views.get(view.name);
        if (other === undefined || other.version < view.version) views.set(view.name, view);
      }
    }
  }
  return Object.freeze({ domains: Object.freeze(domains), views, blocks });
}

function buildDomain(draft: DraftDomain): Domain {
  const entities = new Map<string, Entity>();
  for (const name of [...draft.entities.keys()].sort(compareNames)) {
    entities.set(name, buildEntity(draft, name));
  }
  const lookups = new Map<string, Lookup>();
  const fields = draft.queries
    .filter((field) => field.lookup !== undefined)
    .sort((a, b) => compareNames(a.name, b.name));
  for (const field of fields) {
    const entity = namedTypeOf(field.type);
    const isList = isListType(field.type);
    const args = (field.node.arguments ?? []).map((argument) => argument.name.value);
    const joinKeys = (draft.entities.get(entity)?.joinKeys ?? []).map((key) => key.name);
    lookups.set(
      field.name,
      Object.freeze({
        field: field.name,
        entity,
        kind: isList ? 'list' : 'one',
        arguments: Object.freeze(isList ? args : joinKeys),
        maxKeys: isList ? (field.lookup?.maxKeys ?? 1) : 1,
      }),
    );
  }
  return Object.freeze({
    name: draft.name,
    file: draft.file,
    federatedSdl: draft.federatedSdl,
    document: draft.federated,
    code: draft.code,
    entities,
    lookups,
  });
}
