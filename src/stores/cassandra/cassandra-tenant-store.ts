/** The store of tenants over Cassandra and ScyllaDB. */
import type { types } from 'cassandra-driver';
import type { Clock } from '../../core/clock.ts';
import { assertTenantChanges, type TenantStore } from '../tenant-store.ts';
import { CassandraClient } from './cassandra-client.ts';
import { type CassandraOptions, completeCassandraOptions } from './cassandra-options.ts';
import { cassandraQueries } from './cassandra-queries.ts';

const PAGE_ROWS = 1000;
const LOAD_ATTEMPTS = 3;

/**
 * Tenants in one partition whose static column is the revision: a batch under a condition on it (Paxos) makes all
 * changes or none, and of two at once only one is made.
 */
export function createCassandraTenantStore(
  client: CassandraClient,
  cassandra: CassandraOptions,
): TenantStore {
  const full = completeCassandraOptions(cassandra);
  const queries = cassandraQueries(full.keyspace, full.dialect, full);
  return {
    revision: async () => revisionOf((await client.readAll(queries.tenantRevision, PAGE_ROWS))[0]),
    async load() {
      for (let attempt = 0; attempt < LOAD_ATTEMPTS; attempt += 1) {
        const rows = await client.readAll(queries.loadTenants, PAGE_ROWS);
        const revision = revisionOf(rows[0]);
        // Between two pages a change may have been made.
        if (rows.some((row) => revisionOf(row) !== revision)) continue;
        return { revision, records: recordsOf(rows) };
      }
      throw new Error('The tenants changed while they were read, several times over. Try again.');
    },
    async change(from, changes) {
      assertTenantChanges(changes);
      const moved = { query: queries.moveTenants, parameters: [from + 1, from === 0 ? null : from] };
      const statements = [...changes].map(([name, text]) =>
        text === null
          ? { query: queries.removeTenantRecord, parameters: [name] }
          : { query: queries.putTenantRecord, parameters: [name, text] },
      );
      return (await client.changeIf([moved, ...statements])) ? from + 1 : null;
    },
    close: async () => {},
  };
}

/** Opens a store that owns its connections. */
export async function openCassandraTenantStore(
  cassandra: CassandraOptions,
  clock: Clock,
): Promise<TenantStore> {
  const client = new CassandraClient(cassandra, clock);
  await client.connect().catch(() => {}); // the next request tries again
  return { ...createCassandraTenantStore(client, cassandra), close: () => client.close() };
}

function recordsOf(rows: readonly types.Row[]): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (const row of rows) {
    const name = row.get('name') as string | null; // null: the partition has its revision alone
    if (name !== null) records.set(name, row.get('body') as string);
  }
  return records;
}

function revisionOf(row: types.Row | undefined): number {
  return (row?.get('revision') as number | null | undefined) ?? 0;
}
