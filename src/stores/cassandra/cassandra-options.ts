/** What a Cassandra or ScyllaDB store is told: where it is, how to enter, what to ask of it, how long to wait. */
export interface CassandraNode {
  readonly host: string;
  readonly port: number;
}

export interface CassandraTls {
  /** PEM; the system's authorities where not given. */
  readonly caPem?: string;
  /** PEM, for servers that ask their clients for a certificate. */
  readonly certificatePem?: string;
  readonly keyPem?: string;
  /** Name that the certificate must have, where it is not the host. */
  readonly serverName?: string;
}

/** How many replicas must have answered. LOCAL: within the data centre of this program. */
export type CassandraConsistency = 'LOCAL_ONE' | 'LOCAL_QUORUM' | 'QUORUM' | 'ALL';

export interface CassandraOptions {
  /** Some nodes, from which the others are found. */
  readonly nodes: readonly CassandraNode[];
  readonly localDataCenter: string;
  readonly keyspace: string;
  /** Replicas per data centre, for `store init` when it makes the keyspace; three in the local one when not given. */
  readonly replication?: Readonly<Record<string, number>>;
  /** SCYLLA adds what only ScyllaDB knows, such as a time limit that the server keeps. */
  readonly dialect?: 'CASSANDRA' | 'SCYLLA';
  readonly username?: string;
  readonly password?: string;
  readonly tls?: CassandraTls;
  readonly readConsistency?: CassandraConsistency;
  readonly writeConsistency?: CassandraConsistency;
  /** Longest that a read may take, in ms, whatever its deadline is. */
  readonly readTimeoutMs?: number;
  readonly writeTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Requests that may be unanswered at once. */
  readonly inFlightMax?: number;
  /** After this many ms without an answer a read is sent to a second replica; not at all when not given. */
  readonly speculateAfterMs?: number;
}

const DEFAULTS = {
  dialect: 'CASSANDRA',
  readConsistency: 'LOCAL_QUORUM',
  writeConsistency: 'LOCAL_QUORUM',
  /** Twice what a busy cluster needs at its 99th percentile, and half of a usual request's deadline. */
  readTimeoutMs: 60,
  /** Writers wait longer than readers: nobody looks at a screen meanwhile. */
  writeTimeoutMs: 2000,
  connectTimeoutMs: 5000,
  /** What a node of two cores serves at once without queueing much. */
  inFlightMax: 256,
} as const satisfies Partial<CassandraOptions>;

/** One may be down, and a majority still answers. */
const REPLICAS_DEFAULT = 3;

export function replicationOf(options: CassandraOptions): Readonly<Record<string, number>> {
  return options.replication ?? { [options.localDataCenter]: REPLICAS_DEFAULT };
}

export type CompleteCassandraOptions = CassandraOptions &
  Required<Pick<CassandraOptions, keyof typeof DEFAULTS>>;

export function completeCassandraOptions(options: CassandraOptions): CompleteCassandraOptions {
  return { ...DEFAULTS, ...options };
}
