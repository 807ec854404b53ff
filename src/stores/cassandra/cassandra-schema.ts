import type { Clock } from '../../core/clock.ts';
import { CassandraClient } from './cassandra-client.ts';
import type { CassandraOptions } from './cassandra-options.ts';
import { assertKeyspace } from './cassandra-queries.ts';

/**
 * The keyspace and tables that featuregraph makes for itself, step by step: each version adds to the one before,
 * and the keyspace remembers which it has. `view` is a reserved word in CQL, so the column is `view_id`.
 */
export interface SchemaVersion {
  readonly version: number;
  readonly statements: (keyspace: string) => readonly string[];
}

const VERSIONS: readonly SchemaVersion[] = [
  {
    version: 1,
    statements: (keyspace) => [
      // Few rows a partition, read whole and overwritten often: levels keep a read to few files.
      `CREATE TABLE IF NOT EXISTS ${keyspace}.online_rows (
        namespace text, block text, entity_key text, view_id int, packed_row blob,
        PRIMARY KEY ((namespace, block, entity_key), view_id)
      ) WITH compaction = {'class': 'LeveledCompactionStrategy'}
        AND comment = 'the newest row of each view and entity key'`,
      `CREATE TABLE IF NOT EXISTS ${keyspace}.layouts (id bigint PRIMARY KEY, definition text)
        WITH comment = 'names and types of the features of rows, by layout id'`,
    ],
  },
  {
    version: 2,
    statements: (keyspace) => [
      // One partition: its static revision is the condition under which all changes of a call are made, or none.
      `CREATE TABLE IF NOT EXISTS ${keyspace}.tenants (
        ring text, revision int static, name text, body text,
        PRIMARY KEY (ring, name)
      ) WITH comment = 'tenants, namespaces, grants and keys (of which only a MAC)'`,
    ],
  },
];

export const CASSANDRA_SCHEMA_VERSION = (VERSIONS.at(-1) as SchemaVersion).version;
const COMPONENT = 'stores';
/** What statements name, after all versions: column and type of each table. More columns do no harm. */
const COLUMNS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  online_rows: { namespace: 'text', block: 'text', entity_key: 'text', view_id: 'int', packed_row: 'blob' },
  layouts: { id: 'bigint', definition: 'text' },
  tenants: { ring: 'text', revision: 'int', name: 'text', body: 'text' },
};
/** Servers agree on a table before they answer; on a small machine that takes seconds. */
const STATEMENT_TIMEOUT_MS = 60_000;

export interface SchemaInit {
  /** 0: there was none. */
  readonly fromVersion: number;
  readonly toVersion: number;
  /** What was run, in order; with `dryRun`, what would have been. */
  readonly statements: readonly string[];
}

/** What is in the keyspace does not fit this program, or it may not be made as it was asked for. */
export class CassandraSchemaError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CassandraSchemaError';
  }
}

/**
 * Makes the keyspace and brings its tables to this program's version; nothing happens when they have it.
 * @param replicas per data centre; only used when the keyspace is made.
 * @throws {CassandraSchemaError} when the keyspace is of a newer program, or there are fewer nodes than replicas.
 */
export async function initCassandraSchema(
  options: CassandraOptions,
  replicas: Readonly<Record<string, number>>,
  clock: Clock,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<SchemaInit> {
  const { keyspace } = options;
  assertKeyspace(keyspace);
  const creation = createKeyspace(keyspace, replicas);
  const client = new CassandraClient({ ...options, writeTimeoutMs: STATEMENT_TIMEOUT_MS }, clock);
  try {
    await client.connect();
    const isThere = await hasKeyspace(client, keyspace);
    if (!isThere) assertEnoughNodes(replicas, client.nodesByDataCenter());
    const fromVersion = isThere ? await readSchemaVersion(client, keyspace) : 0;
    if (fromVersion > CASSANDRA_SCHEMA_VERSION) throw tooNew(keyspace, fromVersion);
    const statements = [...(isThere ? [] : [creation]), ...tableStatements(keyspace, fromVersion)];
    // One after the other: servers agree on each change before the next.
    if (!dryRun) for (const statement of statements) await client.runOnce(statement);
    return { fromVersion, toVersion: CASSANDRA_SCHEMA_VERSION, statements };
  } finally {
    await client.close();
  }
}

function tableStatements(keyspace: string, fromVersion: number): string[] {
  const missing = VERSIONS.filter(({ version }) => version > fromVersion);
  if (missing.length === 0) return [];
  const versions = `${keyspace}.schema_versions`;
  return [
    `CREATE TABLE IF NOT EXISTS ${versions} (component text PRIMARY KEY, version int)`,
    ...missing.flatMap(({ version, statements }) => [
      ...statements(keyspace),
      // Only after its statements: a step that was interrupted is taken again, and each can be.
      `INSERT INTO ${versions} (component, version) VALUES ('${COMPONENT}', ${version})`,
    ]),
  ];
}

/** @throws {CassandraSchemaError} */
function assertEnoughNodes(
  replicas: Readonly<Record<string, number>>,
  nodes: ReadonlyMap<string, number>,
): void {
  for (const [dataCenter, wanted] of Object.entries(replicas)) {
    const there = nodes.get(dataCenter) ?? 0;
    if (there >= wanted) continue;
    const known = [...nodes].map(([name, count]) => `${name} with ${count}`).join(', ');
    throw new CassandraSchemaError(
      `${wanted} replicas in data centre ${dataCenter} need as many nodes, and the cluster has ${known}. Set \`replication\` of this store to what there is, such as { ${[...nodes.keys()][0]}: 1 } on one machine.`,
    );
  }
}

async function hasKeyspace(client: CassandraClient, keyspace: string): Promise<boolean> {
  const found = await client.runOnce(
    'SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?',
    [keyspace],
  );
  return found.rowLength > 0;
}

/** @throws {CassandraSchemaError} with what to do when the tables are not those of this program. */
export async function assertCassandraSchema(client: CassandraClient, keyspace: string): Promise<void> {
  const version = await readSchemaVersion(client, keyspace);
  if (version > CASSANDRA_SCHEMA_VERSION) throw tooNew(keyspace, version);
  if (version < CASSANDRA_SCHEMA_VERSION) {
    throw new CassandraSchemaError(
      `Expected tables of version ${CASSANDRA_SCHEMA_VERSION} in keyspace ${keyspace}, found ${version === 0 ? 'none' : version}. Run \`featuregraph store init\`.`,
    );
  }
}

/** @throws {CassandraSchemaError} also when a table or a column was dropped or changed since it was made. */
export async function assertCassandraTables(client: CassandraClient, keyspace: string): Promise<void> {
  await assertCassandraSchema(client, keyspace);
  const found = await client.runOnce(
    'SELECT table_name, column_name, type FROM system_schema.columns WHERE keyspace_name = ?',
    [keyspace],
  );
  const tables = new Set(found.rows.map((row) => row.get('table_name')));
  const columns = new Set(
    found.rows.map((row) => `${row.get('table_name')}.${row.get('column_name')} (${row.get('type')})`),
  );
  const gone = Object.entries(COLUMNS).flatMap(([table, expected]) =>
    tables.has(table)
      ? Object.entries(expected)
          .map(([name, type]) => `${table}.${name} (${type})`)
          .filter((column) => !columns.has(column))
          .map((column) => `column ${column}`)
      : [`table ${table}`],
  );
  if (gone.length === 0) return;
  throw new CassandraSchemaError(
    `Keyspace ${keyspace} has no ${gone.join(', ')} any more: somebody dropped or changed it. Restore it from a backup, or drop what is left of its table and table schema_versions, run \`featuregraph store init\` and push the rows again.`,
  );
}

/** @returns 0 when the keyspace has no tables of ours. */
async function readSchemaVersion(client: CassandraClient, keyspace: string): Promise<number> {
  const tables = await client.runOnce(
    'SELECT table_name FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?',
    [keyspace, 'schema_versions'],
  );
  if (tables.rowLength === 0) return 0;
  const found = await client.runOnce(`SELECT version FROM ${keyspace}.schema_versions WHERE component = ?`, [
    COMPONENT,
  ]);
  return (found.first()?.get('version') as number | undefined) ?? 0;
}

function tooNew(keyspace: string, version: number): CassandraSchemaError {
  return new CassandraSchemaError(
    `Keyspace ${keyspace} has tables of version ${version}, and this program knows ${CASSANDRA_SCHEMA_VERSION}. Use the newer program.`,
  );
}

function createKeyspace(keyspace: string, replicas: Readonly<Record<string, number>>): string {
  const centres = Object.entries(replicas).map(([name, count]) => {
    if (!/^[A-Za-z0-9_.-]+$/.test(name) || !Number.isInteger(count) || count < 1) {
      throw new TypeError(`Expected replicas per data centre, such as {"dc1": 3}; got ${name}: ${count}.`);
    }
    return `'${name}': ${count}`;
  });
  if (centres.length === 0) throw new TypeError('Expected replicas of at least one data centre, got none.');
  return `CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH replication = {'class': 'NetworkTopologyStrategy', ${centres.join(', ')}}`;
}
