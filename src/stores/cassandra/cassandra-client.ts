import { Client, type DseClientOptions, policies, types } from 'cassandra-driver';
import type { Clock } from '../../core/clock.ts';
import type { StoreCallOptions } from '../online-store.ts';
import { PendingSlots } from '../pending-slots.ts';
import {
  type CassandraConsistency,
  type CassandraOptions,
  type CompleteCassandraOptions,
  completeCassandraOptions,
} from './cassandra-options.ts';
import { BudgetedRetryPolicy, BudgetedSpeculationPolicy } from './cassandra-policies.ts';
import { InFlightGate } from './in-flight-gate.ts';
import { refreshOneAtATime } from './one-refresh-at-a-time.ts';
import { RequestBudget } from './request-budget.ts';
import { SilentConnections } from './silent-connections.ts';

/**
 * One driver's connections to a cluster, as serving needs them: prepared and idempotent statements to the nodes
 * that hold the key, a bound on what is unanswered, a bound on what is asked twice, and an answer in time for
 * every slot of a batch.
 */
export interface Statement {
  readonly query: string;
  readonly parameters: readonly unknown[];
}

export type StatementKind = 'READ' | 'QUORUM_READ' | 'WRITE';

/** The driver drops a connection when this many of its requests have timed out: more than one slow moment can bring. */
const DEFUNCT_PER_IN_FLIGHT = 4;
/** Waiting requests hold their parameters in memory; those behind this many would wait in vain. */
const WAITING_MAX = 16_384;
/** Retries add at most a tenth to what is asked, speculative reads a twentieth. */
const RETRY_SHARE = 0.1;
const SPECULATION_SHARE = 0.05;
const EXTRA_SAVED_MAX = 20;
/** Longer than a server's pause for its memory, and short of what a user waits for. */
const SILENT_MIN_MS = 2000;
const RECONNECT_FIRST_MS = 100;
const RECONNECT_MAX_MS = 2000;

export class CassandraClient {
  readonly #driver: Client;
  readonly #clock: Clock;
  readonly #gate: InFlightGate;
  readonly #retries = new RequestBudget(RETRY_SHARE, EXTRA_SAVED_MAX);
  readonly #speculations = new RequestBudget(SPECULATION_SHARE, EXTRA_SAVED_MAX);
  readonly #queryOptions: Readonly<Record<StatementKind, KindOptions>>;
  readonly #silent: SilentConnections;
  #closed = false;

  constructor(options: CassandraOptions, clock: Clock) {
    const full = completeCassandraOptions(options);
    this.#clock = clock;
    this.#gate = new InFlightGate(full.inFlightMax, WAITING_MAX);
    this.#queryOptions = {
      READ: queryOptions(full.readConsistency, full.readTimeoutMs),
      QUORUM_READ: queryOptions('QUORUM', full.readTimeoutMs),
      WRITE: queryOptions(full.writeConsistency, full.writeTimeoutMs),
    };
    const speculation =
      full.speculateAfterMs === undefined
        ? new policies.speculativeExecution.NoSpeculativeExecutionPolicy()
        : new BudgetedSpeculationPolicy(this.#speculations, full.speculateAfterMs, clock);
    this.#driver = new Client({
      ...driverOptions(full),
      policies: {
        loadBalancing: policies.defaultLoadBalancingPolicy(full.localDataCenter),
        reconnection: new policies.reconnection.ExponentialReconnectionPolicy(
          RECONNECT_FIRST_MS,
          RECONNECT_MAX_MS,
        ),
        retry: new BudgetedRetryPolicy(this.#retries),
        speculativeExecution: speculation,
      },
    });
    this.#driver.on('log', () => {}); // each request that fails tells
    refreshOneAtATime(this.#driver, RECONNECT_MAX_MS);
    this.#silent = new SilentConnections(this.#driver, Math.max(SILENT_MIN_MS, full.writeTimeoutMs));
  }

  /** Connects, at most as long as the connect timeout; a later request tries again when that fails. */
  async connect(): Promise<void> {
    await this.#driver.connect();
  }

  /** Known after `connect`. */
  nodesByDataCenter(): ReadonlyMap<string, number> {
    const nodes = new Map<string, number>();
    for (const { datacenter } of this.#driver.hosts.values())
      nodes.set(datacenter, (nodes.get(datacenter) ?? 0) + 1);
    return nodes;
  }

  get inFlight(): number {
    return this.#gate.inFlight;
  }

  /** Most milliseconds that a call of this kind may take now; not above 0 when it is too late. */
  timeLeftMs(kind: StatementKind, { deadlineAtMs }: StoreCallOptions): number {
    const timeoutMs = this.#queryOptions[kind].readTimeout;
    return deadlineAtMs === undefined
      ? timeoutMs
      : Math.min(timeoutMs, deadlineAtMs - this.#clock.monotonicMs());
  }

  /**
   * Runs one statement per slot.
   * @param answer makes the slot of a statement's result. @param failed makes the slot of an error; of `TooLate`
   *   when the time is up. What has not been sent by then is never sent.
   */
  runMany<Slot>(
    kind: StatementKind,
    statements: readonly Statement[],
    options: StoreCallOptions,
    answer: (result: types.ResultSet, index: number) => Slot,
    failed: (error: Error) => Slot,
  ): Promise<Slot[]> {
    const leftMs = this.timeLeftMs(kind, options);
    const refusal = this.#refusal(leftMs);
    if (refusal !== undefined) {
      const slot = failed(refusal);
      return Promise.resolve(statements.map(() => slot));
    }
    const pending = new PendingSlots<Slot>(statements.length, leftMs, () => failed(new TooLate()));
    const queryOptions = this.#queryOptions[kind];
    for (let i = 0; i < statements.length; i += 1) {
      const { query, parameters } = statements[i] as Statement;
      const entered = this.#gate.enter(() => {
        if (pending.ended || this.#closed) return undefined;
        this.#retries.earn();
        if (kind !== 'WRITE') this.#speculations.earn();
        const slot = this.#driver.execute(query, parameters as unknown[], queryOptions).then((result) => {
          this.#silent.noteAnswer(result.info.queriedHost);
          return answer(result, i);
        });
        // An answer that makes no sense is a failure like any other.
        return slot.then(
          (settled) => pending.settle(i, settled),
          (error: Error) => {
            this.#noteError(error);
            pending.settle(i, failed(error));
          },
        );
      });
      if (!entered) pending.settle(i, failed(new TooManyWaiting()));
    }
    return pending.complete;
  }

  #refusal(leftMs: number): Error | undefined {
    if (this.#closed) return new Error('the client is closed');
    return leftMs <= 0 ? new TooLate() : undefined;
  }

  /** For statements that are not part of serving: schema, checks. */
  async runOnce(query: string, parameters: readonly unknown[] = []): Promise<types.ResultSet> {
    const options = { prepare: parameters.length > 0, consistency: types.consistencies.localQuorum };
    return this.#driver.execute(query, parameters as unknown[], options).catch((error: Error) => {
      this.#noteError(error);
      throw error;
    });
  }

  #noteError(error: Error): void {
    this.#silent.noteError(error, this.#clock.monotonicMs());
  }

  /** Every row of a partition that is read whole, page by page. */
  async readAll(query: string, pageRows: number): Promise<types.Row[]> {
    const rows: types.Row[] = [];
    let pageState: string | undefined;
    do {
      const page: types.ResultSet = await this.#driver.execute(query, [], {
        prepare: true,
        isIdempotent: true,
        consistency: types.consistencies.localQuorum,
        fetchSize: pageRows,
        ...(pageState === undefined ? {} : { pageState }),
      });
      rows.push(...page.rows);
      pageState = page.pageState ?? undefined;
    } while (pageState !== undefined);
    return rows;
  }

  /**
   * Statements of one partition, the first with a condition: all are made, or none.
   * @returns whether the condition held. Never sent again by itself: a second time it would not hold.
   */
  async changeIf(statements: readonly Statement[]): Promise<boolean> {
    const queries = statements.map(({ query, parameters }) => ({ query, params: [...parameters] }));
    const result = await this.#driver.batch(queries, {
      prepare: true,
      isIdempotent: false,
      consistency: types.consistencies.quorum,
      serialConsistency: types.consistencies.serial,
    });
    return result.wasApplied();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#driver.shutdown();
  }
}

/** The time of a call is up. */
export class TooLate extends Error {
  constructor() {
    super('no answer in time');
  }
}

export class TooManyWaiting extends Error {
  constructor() {
    super(`more than ${WAITING_MAX} requests wait already`);
  }
}

interface KindOptions {
  readonly prepare: true;
  readonly isIdempotent: true;
  readonly consistency: types.consistencies;
  readonly readTimeout: number;
}

const CONSISTENCY: Readonly<Record<CassandraConsistency, types.consistencies>> = {
  LOCAL_ONE: types.consistencies.localOne,
  LOCAL_QUORUM: types.consistencies.localQuorum,
  QUORUM: types.consistencies.quorum,
  ALL: types.consistencies.all,
};

/** One object for all requests of a kind: the driver only reads it. */
function queryOptions(consistency: CassandraConsistency, timeoutMs: number): KindOptions {
  return { prepare: true, isIdempotent: true, consistency: CONSISTENCY[consistency], readTimeout: timeoutMs };
}

function driverOptions(options: CompleteCassandraOptions): DseClientOptions {
  const { tls } = options;
  return {
    contactPoints: options.nodes.map(({ host, port }) => `${host}:${port}`),
    localDataCenter: options.localDataCenter,
    protocolOptions: { port: options.nodes[0]?.port ?? 9042 },
    socketOptions: {
      connectTimeout: options.connectTimeoutMs,
      readTimeout: options.writeTimeoutMs,
      defunctReadTimeoutThreshold: DEFUNCT_PER_IN_FLIGHT * options.inFlightMax,
    },
    encoding: { copyBuffer: false, useUndefinedAsUnset: true },
    monitorReporting: { enabled: false },
    ...(options.username === undefined
      ? {}
      : { credentials: { username: options.username, password: options.password ?? '' } }),
    ...(tls === undefined
      ? {}
      : {
          sslOptions: {
            rejectUnauthorized: true, // the driver would take any certificate
            ...(tls.caPem === undefined ? {} : { ca: tls.caPem }),
            ...(tls.certificatePem === undefined ? {} : { cert: tls.certificatePem }),
            ...(tls.keyPem === undefined ? {} : { key: tls.keyPem }),
            ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
          },
        }),
  };
}
