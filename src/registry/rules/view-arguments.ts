import { parseDurationMs } from '../../core/duration.ts';
import { didYouMean } from '../../core/nearest-name.ts';
import type { DraftDomain, DraftEntity, DraftView } from '../draft.ts';
import { entitiesOf, type Report, type Rule } from './rule.ts';

/** What a @view says about itself can be understood: durations, versions, and words from their lists. */
export const viewArguments: Rule = {
  name: 'view-arguments',
  check(domains, report) {
    for (const [domain, entity] of entitiesOf(domains)) {
      for (const view of entity.views) checkView(domain, entity, view, report);
    }
  },
};

const HOT_WORDS = ['ON_WRITE', 'ON_READ', 'ONLY'];
const DURATION_ARGUMENTS = ['ttl', 'sourceMaxLag', 'availableAfter'] as const;
const VERSION_MAX = 2 ** 31 - 1;

function checkView(domain: DraftDomain, entity: DraftEntity, view: DraftView, report: Report): void {
  const tell = (message: string, mend: string) =>
    report(domain, view.node, { coordinate: entity.name, message: `View "${view.name}": ${message}`, mend });
  for (const argument of DURATION_ARGUMENTS) {
    const text = view[argument];
    if (text === undefined || parseDurationMs(text) !== undefined) continue;
    tell(
      `expected \`${argument}\` to be a duration, got ${JSON.stringify(text)}.`,
      'Write a whole number and one of ms, s, m, h, d, such as "90s", "5m" or "24h".',
    );
  }
  if (view.version < 1 || view.version > VERSION_MAX)
    tell(`expected \`version\` to be 1 or more, got ${view.version}.`, 'Count versions from 1.');
  if (!HOT_WORDS.includes(view.hot)) {
    const guess = didYouMean(view.hot, HOT_WORDS);
    tell(
      `expected \`hot\` to be ${HOT_WORDS.join(', ')}, got ${JSON.stringify(view.hot)}.${guess}`,
      'Use one of these words.',
    );
  }
  if (view.sourceMaxLag !== undefined && view.source === undefined) {
    tell(
      '`sourceMaxLag` is given, but no `source` whose lag it could be.',
      'Add `source: "…"`, or take `sourceMaxLag` away.',
    );
  }
  if (view.external !== undefined && view.hot === 'ONLY') {
    tell(
      '`external` says that others store it, `hot: "ONLY"` that the hot tier alone does.',
      'Keep one of the two.',
    );
  }
}
