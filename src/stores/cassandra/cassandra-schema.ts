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
];

export const CASSANDRA_SCHEMA_VERSION = (VERSIONS.at(-1) as SchemaVersion).version;
const COMPONENT = 'stores';
/** Servers agree on a table before they answer; on a small machine that takes seconds. */
const STATEMENT_TIMEOUT_MS = 60_000;

export interface SchemaInit {
  /** 0: there was none. */
  readonly fromVersion: number;
  readonly toVersion: number;
}

/** What is in the keyspace does not fit this program. */
export class CassandraSchemaError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CassandraSchemaError';
  }
}

/**
 * Makes the keyspace and brings its tables to this program's version; nothing happens when they have it.
 * @param replicas per data centre; only used when the keyspace is made.
 * @throws {CassandraSchemaError} when the keyspace is of a newer program, or this program may not make it.
 */
export async function initCassandraSchema(
  options: CassandraOptions,
  replicas: Readonly<Record<string, number>>,
  clock: Clock,
): Promise<SchemaInit> {
  const { keyspace } = options;
  assertKeyspace(keyspace);
  const client = new CassandraClient({ ...options, writeTimeoutMs: STATEMENT_TIMEOUT_MS }, clock);
  try {
    await client.connect();
    await client.runOnce(createKeyspace(keyspace, replicas));
    await client.runOnce(
      `CREATE TABLE IF NOT EXISTS ${keyspace}.schema_versions (component text PRIMARY KEY, version int)`,
    );
    const fromVersion = await readSchemaVersion(client, keyspace);
    if (fromVersion > CASSANDRA_SCHEMA_VERSION) throw tooNew(keyspace, fromVersion);
    for (const { version, statements } of VERSIONS) {
      if (version <= fromVersion) continue;
      for (const statement of statements(keyspace)) await client.runOnce(statement);
      // Only after its statements: a step that was interrupted is taken again, and each can be.
      await client.runOnce(`INSERT INTO ${keyspace}.schema_versions (component, version) VALUES (?, ?)`, [
        COMPONENT,
        version,
      ]);
    }
    return { fromVersion, toVersion: CASSANDRA_SCHEMA_VERSION };
  } finally {
    await client.close();
  }
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
