import type { Command } from 'commander';
import { deleteRows, keyRecordOf } from '../../ingestion/delete.ts';
import { findWritableView } from '../../ingestion/push.ts';
import { openWorkspace } from '../../workspace.ts';
import { audited } from '../audited.ts';
import { type CommonOptions, configOf, parseMoment, withData } from '../common-options.ts';
import { examples } from '../examples.ts';
import { reportWrites } from '../report-writes.ts';

/** `featuregraph delete <view> <key…>`: a tombstone for one entity's row. */
export function addDelete(program: Command): void {
  withData(program.command('delete'))
    .argument('<view>', 'name of the view')
    .argument('<key...>', 'the entity key: one part per join key, in their order')
    .option('--event-time <moment>', 'when it was deleted (ISO 8601; default: now)', parseMoment)
    .summary("delete one entity's row of a view")
    .description(
      'Writes a tombstone: values of before the deletion stay deleted, also when they arrive late; later ones count again.',
    )
    .addHelpText(
      'after',
      examples(
        ['delete aircraft_facts N14228', 'one join key'],
        ['delete route_facts JFK LAX', 'a composite key'],
      ),
    )
    .action(async (viewName: string, key: string[], flags: DeleteFlags) => {
      const workspace = await openWorkspace(await configOf(flags));
      try {
        const { registry, store, layouts, sourceTimes, clock, config } = workspace;
        const view = findWritableView(registry, viewName);
        const { namespace } = config;
        const result = await audited(
          config,
          { action: 'delete', target: viewName, namespace },
          () =>
            deleteRows({
              ...{ store, layouts, sources: sourceTimes, clock, view, namespace },
              eventTimeMs: flags.eventTime,
              records: () => [{ rowNumber: 1, record: keyRecordOf(view, key) }],
            }),
          ({ accepted, rejected }) => ({ accepted, rejected }),
        );
        reportWrites(result, {
          view: viewName,
          verb: 'deleted',
          json: flags.json === true,
          oldestCountsMs: null,
        });
      } finally {
        await workspace.close();
      }
    });
}

interface DeleteFlags extends CommonOptions {
  readonly eventTime?: number;
}
