import { BLOCK_MAX_BYTES, VIEW_FEATURES_MAX } from '../../core/bounds.ts';
import { viewsByBlock } from '../block-id.ts';
import type { DraftDomain, DraftView } from '../draft.ts';
import { knownTypeOf } from '../resolve-type.ts';
import { blockWidthBytes, rowWidthBytes, typeWidthBytes } from '../type-width.ts';
import { entitiesOf, type Rule } from './rule.ts';

/** A block with every list and text as long as it may be is still small enough to be read at once. */
export const blocksFit: Rule = {
  name: 'blocks-fit',
  check(domains, report) {
    for (const [domain, entity] of entitiesOf(domains)) {
      for (const [blockId, views] of viewsByBlock(entity)) {
        const rows = views.map((view) => ({ view, bytes: viewWidthBytes(domain, view) }));
        const bytes = blockWidthBytes(rows.map((row) => row.bytes));
        if (bytes <= BLOCK_MAX_BYTES) continue;
        rows.sort((a, b) => b.bytes - a.bytes);
        const largest = rows[0] as (typeof rows)[number];
        report(domain, largest.view.node, {
          coordinate: entity.name,
          message: `The block ${blockId} can take ${bytes} bytes; at most ${BLOCK_MAX_BYTES} are allowed. Its largest views: ${rows
            .slice(0, 3)
            .map((row) => `${row.view.name} ${row.bytes}`)
            .join(', ')}.`,
          mend: mendFor(largest, rows.length),
        });
      }
      for (const view of entity.views) {
        if (view.features.length <= VIEW_FEATURES_MAX) continue;
        report(domain, view.node, {
          coordinate: entity.name,
          message: `The view "${view.name}" has ${view.features.length} features; at most ${VIEW_FEATURES_MAX} are allowed.`,
          mend: 'Split the view.',
        });
      }
    }
  },
};

function viewWidthBytes(domain: DraftDomain, view: DraftView): number {
  const widths = view.features.map((field) => {
    const type = knownTypeOf(domain, field);
    return type === undefined ? 0 : typeWidthBytes(type);
  });
  return rowWidthBytes(widths);
}

function mendFor(largest: { view: DraftView; bytes: number }, viewCount: number): string {
  return viewCount > 1 && largest.bytes <= BLOCK_MAX_BYTES / 2
    ? `Move a view to a block of its own: \`@view(name: "${largest.view.name}", block: "…")\`. Or lower \`maxItems\` and \`maxBytes\`.`
    : `Lower \`maxItems\` and \`maxBytes\` of the features of "${largest.view.name}", or split the view into blocks.`;
}
