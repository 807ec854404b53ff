import { crc32 } from 'node:zlib';
import { viewsByBlock } from '../block-id.ts';
import type { DraftDomain, DraftView } from '../draft.ts';
import { layoutText, type NamedType, viewId } from '../layout.ts';
import { knownTypeOf } from '../resolve-type.ts';
import { entitiesOf, type Rule } from './rule.ts';

/** Rows remember 32-bit hashes of views and layouts; two that fall together would be read as each other. */
export const hashesAreUnique: Rule = {
  name: 'hashes-are-unique',
  check(domains, report) {
    const layouts = new Map<number, { text: string; name: string }>();
    for (const [domain, entity] of entitiesOf(domains)) {
      for (const views of viewsByBlock(entity).values()) {
        const ids = new Map<number, DraftView>();
        for (const view of views) {
          const first = ids.get(viewId(view.name, view.version));
          // The same name and version twice is another rule's.
          if (first !== undefined && (first.name !== view.name || first.version !== view.version)) {
            report(domain, view.node, {
              coordinate: entity.name,
              message: `The ids of the views "${view.name}" and "${first.name}" fall together in their block.`,
              mend: 'Rename one of the two.',
            });
          }
          ids.set(viewId(view.name, view.version), view);
        }
      }
      for (const view of entity.views) {
        const layout = layoutOf(domain, view);
        if (layout === undefined) continue;
        const first = layouts.get(layout.id);
        if (first !== undefined && first.text !== layout.text) {
          report(domain, view.node, {
            coordinate: entity.name,
            message: `The layouts of the views "${view.name}" and "${first.name}" have the same id.`,
            mend: 'Rename a feature of one of the two with `@feature(name: …)`.',
          });
        }
        layouts.set(layout.id, { text: layout.text, name: view.name });
      }
    }
  },
};

function layoutOf(domain: DraftDomain, view: DraftView): { id: number; text: string } | undefined {
  const features: NamedType[] = [];
  for (const field of view.features) {
    const type = knownTypeOf(domain, field);
    if (type === undefined) return undefined;
    features.push({ name: field.feature?.name ?? field.name, type });
  }
  const text = layoutText(features);
  return { id: crc32(text), text };
}
