import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { findOperation } from '../../../gateway/documents/find-operation.ts';
import { createRequestContext } from '../../engine/create-request-context.ts';
import type { Answer } from '../../engine/engine.ts';
import { parseReadOptions } from '../../engine/read-options.ts';
import { openServedGraph } from '../../served-graph.ts';
import { openWorkspace } from '../../workspace.ts';
import { answerTables } from '../answer-tables.ts';
import { type CommonOptions, configOf, withData } from '../common-options.ts';
import { examples } from '../examples.ts';
import { EXIT } from '../exit-codes.ts';
import { formatTable, note, paint, print, printJson } from '../output.ts';
import { parseVariables } from '../parse-variables.ts';

/** `featuregraph query <document>`: runs an operation over the rows of this machine and prints a table. */
export function addQuery(program: Command): void {
  withData(program.command('query'))
    .argument(
      '<document>',
      'a .graphql file, a text such as "{ __typename }", or a document of the manifest by id or operation name',
    )
    .option('--operation <name>', 'which operation, where the document has several')
    .option('--variables <json>', 'JSON, or @ and a file')
    .option('--status', 'tell the status of each value, a letter per entity')
    .summary('run an operation and print its answer')
    .description(
      'Runs an operation in this process, over the rows of the configured stores: what a server would answer, without one. One table for each root field, one row for each entity.',
    )
    .addHelpText(
      'after',
      examples(
        [
          'query DepartureFeatures --variables \'{"tailnum": "N14228", "carrier": "UA", "origin": "EWR", "dest": "IAH"}\'',
          'a document of the manifest',
        ],
        ['query fleet.graphql --variables @fleet.json --json', 'a file; the answer as it is'],
      ),
    )
    .action(runQuery);
}

interface QueryFlags extends CommonOptions {
  readonly operation?: string;
  readonly variables?: string;
  readonly status?: boolean;
}

async function runQuery(asked: string, flags: QueryFlags): Promise<void> {
  const answer = await ask(asked, flags);
  if (answer.data === null) process.exitCode = EXIT.PROBLEMS;
  if (flags.json === true) {
    printJson(answer);
    return;
  }
  for (const { title, head, rows } of answerTables(answer.data ?? {})) {
    print(paint.bold(title));
    print(rows.length === 0 ? paint.faint('nothing') : formatTable(head, rows));
  }
  printStatuses(answer);
  for (const { message, path, extensions } of answer.errors ?? []) {
    note(
      `${paint.bad(String(extensions?.code ?? 'error'))} at ${(path ?? []).join('.') || 'the request'}: ${message}`,
    );
  }
}

async function ask(asked: string, flags: QueryFlags): Promise<Answer> {
  const config = await configOf(flags);
  const workspace = await openWorkspace(config);
  try {
    const graph = await openServedGraph(workspace);
    try {
      const { text, document, operationName } = await findOperation(
        asked,
        flags.operation ?? null,
        config.documents.manifest,
        graph.engine.apiSchema,
      );
      await workspace.sourceWatch.start([config.namespace]);
      const { clock } = workspace;
      const defaults = { deadlineMs: config.deadlineMs, knownViews: null };
      const context = createRequestContext({
        requestId: randomUUID(),
        identity: { tenant: config.tenant, namespace: config.namespace, scopes: new Set() },
        options: parseReadOptions(
          { featuregraph: { status: flags.status === true ? 'VALUES' : 'NONE' } },
          defaults,
        ),
        clock,
        startedMs: clock.monotonicMs(),
      });
      return await graph.engine
        .prepare(document, text, operationName)
        .execute(parseVariables(flags.variables), context);
    } finally {
      await graph.close();
    }
  } finally {
    await workspace.close();
  }
}

function printStatuses({ extensions }: Answer): void {
  const told = (extensions?.featuregraph as { statuses?: Record<string, string> } | undefined)?.statuses;
  if (told === undefined) return;
  print(formatTable(['path', 'statuses'], Object.entries(told)));
  print(
    paint.faint(
      'P present, N null, F not found, A outside max age, S source stale, T timeout, U unavailable, K invalid key, X transform failed',
    ),
  );
}
