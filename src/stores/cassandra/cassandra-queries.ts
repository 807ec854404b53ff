/**
 * Every statement that is sent for rows, layouts and tenants, as text: for Apache Cassandra, and with what ScyllaDB adds.
 * `view` is a reserved word in CQL, so the column is `view_id`.
 */
export interface CassandraQueries {
  readonly readView: string;
  readonly readViews: string;
  readonly writeRow: string;
  readonly readBlock: string;
  readonly eraseBlock: string;
  readonly putLayout: string;
  readonly getLayout: string;
  readonly tenantRevision: string;
  readonly loadTenants: string;
  readonly moveTenants: string;
  readonly putTenantRecord: string;
  readonly removeTenantRecord: string;
}

export interface QueryLimits {
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
}

const KEYSPACE = /^[a-z][a-z0-9_]{0,47}$/;

/** @throws {TypeError} when the keyspace's name is none that needs no quotes. */
export function cassandraQueries(
  keyspace: string,
  dialect: 'CASSANDRA' | 'SCYLLA',
  limits: QueryLimits,
): CassandraQueries {
  assertKeyspace(keyspace);
  // The server gives up when its client does, instead of working for nobody.
  const readLimit = dialect === 'SCYLLA' ? ` USING TIMEOUT ${limits.readTimeoutMs}ms` : '';
  const writeLimit = dialect === 'SCYLLA' ? ` AND TIMEOUT ${limits.writeTimeoutMs}ms` : '';
  const rows = `${keyspace}.online_rows`;
  const tenants = `${keyspace}.tenants`;
  const all = `ring = 'all'`;
  const block = 'namespace = ? AND block = ? AND entity_key = ?';
  return {
    readView: `SELECT view_id, packed_row FROM ${rows} WHERE ${block} AND view_id = ?${readLimit}`,
    readViews: `SELECT view_id, packed_row FROM ${rows} WHERE ${block} AND view_id IN ?${readLimit}`,
    writeRow: `INSERT INTO ${rows} (namespace, block, entity_key, view_id, packed_row) VALUES (?, ?, ?, ?, ?) USING TIMESTAMP ? AND TTL ?${writeLimit}`,
    readBlock: `SELECT view_id, packed_row FROM ${rows} WHERE ${block}`,
    eraseBlock: `DELETE FROM ${rows} USING TIMESTAMP ? WHERE ${block}`,
    putLayout: `INSERT INTO ${keyspace}.layouts (id, definition) VALUES (?, ?)`,
    getLayout: `SELECT definition FROM ${keyspace}.layouts WHERE id = ?`,
    tenantRevision: `SELECT revision FROM ${tenants} WHERE ${all} LIMIT 1`,
    loadTenants: `SELECT revision, name, body FROM ${tenants} WHERE ${all}`,
    moveTenants: `UPDATE ${tenants} SET revision = ? WHERE ${all} IF revision = ?`,
    putTenantRecord: `INSERT INTO ${tenants} (ring, name, body) VALUES ('all', ?, ?)`,
    removeTenantRecord: `DELETE FROM ${tenants} WHERE ${all} AND name = ?`,
  };
}

/** @throws {TypeError} */
export function assertKeyspace(keyspace: string): void {
  if (!KEYSPACE.test(keyspace)) {
    throw new TypeError(
      `Expected a keyspace of lower-case letters, digits and _, at most 48 of them, got ${JSON.stringify(keyspace)}.`,
    );
  }
}
