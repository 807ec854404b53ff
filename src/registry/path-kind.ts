import type { DraftEntity } from './draft.ts';
import type { InputPath } from './registry.ts';

/** What an input's or a reference key's path leads to; `undefined` where it is nothing that has a value. */
export function pathKind(entity: DraftEntity, path: string): InputPath['kind'] | undefined {
  const field = entity.type.fields.get(path);
  if (field === undefined) return undefined;
  if (entity.joinKeys.includes(field)) return 'joinKey';
  if (field.feature !== undefined) return 'feature';
  if (field.onDemand !== undefined) return 'onDemand';
  return field.external === undefined ? undefined : 'external';
}
