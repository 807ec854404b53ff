/** What a Redis store is told: where it is, how to enter, how long to wait. Valkey takes the same. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

export interface RedisTls {
  /** PEM; the system's authorities where not given. */
  readonly caPem?: string;
  /** PEM, for servers that ask their clients for a certificate. */
  readonly certificatePem?: string;
  readonly keyPem?: string;
  /** Name that the certificate must have, where it is not the host. */
  readonly serverName?: string;
}

export interface RedisOptions {
  /** SINGLE: the one server in `nodes`. CLUSTER: some nodes, from which the others are found. */
  readonly mode: 'SINGLE' | 'CLUSTER';
  readonly nodes: readonly RedisNode[];
  /** Read from replicas, which may lag: for views that allow it. On a single server they are named here. */
  readonly readReplicas?: boolean;
  readonly replicas?: readonly RedisNode[];
  readonly username?: string;
  readonly password?: string;
  readonly tls?: RedisTls;
  /** Longest that a call may take, in ms, whatever its deadline is. */
  readonly commandTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
}

/** Redis answers within a millisecond; after 25 it is quicker to ask the next tier. */
export const COMMAND_TIMEOUT_MS_DEFAULT = 25;
/** Covers a TLS handshake to another zone; connections are made beside requests, which do not wait for it. */
export const CONNECT_TIMEOUT_MS_DEFAULT = 1000;
