import type { types } from 'cassandra-driver';
import { BLOCK_MAX_BYTES } from '../../core/bounds.ts';
import type { Clock } from '../../core/clock.ts';
import { gatherRows, noRows } from '../block-rows.ts';
import { checkInTime } from '../check-in-time.ts';
import type {
  BlockKey,
  BlockRead,
  BlockSlot,
  EraseSlot,
  LifeMsOf,
  OnlineStore,
  RowWrite,
  StoreCallOptions,
  StoreFailure,
  StoreHealth,
  WriteSlot,
} from '../online-store.ts';
import { ReadAddress } from '../read-address.ts';
import { ORDER_KEY_END, orderKeyOf, verifySeededRow } from '../row-format.ts';
import { storageKey, storageKeyWithPrefix } from '../storage-key.ts';
import { CassandraClient, type Statement } from './cassandra-client.ts';
import { cassandraFailure, cassandraWriteFailure, describeFailure } from './cassandra-failures.ts';
import { type CassandraOptions, completeCassandraOptions } from './cassandra-options.ts';
import { type CassandraQueries, cassandraQueries } from './cassandra-queries.ts';
import { assertCassandraTables } from './cassandra-schema.ts';

/**
 * Online rows in Cassandra or ScyllaDB: a block is a partition, each view's row a row in it, written under its order
 * key as timestamp, so that the newest wins whatever arrives when.
 */
export interface CassandraOnlineStoreOptions {
  readonly blockMaxBytes?: number;
  /** How long a row stays after it was written, in ms; for ever where it says nothing. */
  readonly lifeMsOf?: LifeMsOf;
}

/** Longest life that the database takes, in seconds: 20 years. */
const LIFE_MAX_SECONDS = 630_720_000;

/** Opens a store that owns its connections. Does not fail for a cluster that is not there: `check` tells. */
export async function openCassandraOnlineStore(
  cassandra: CassandraOptions,
  clock: Clock,
  options: CassandraOnlineStoreOptions = {},
): Promise<OnlineStore> {
  const client = new CassandraClient(cassandra, clock);
  await client.connect().catch(() => {}); // the next request tries again
  const store = createCassandraOnlineStore(client, cassandra, options);
  return {
    readMany: (reads, call) => store.readMany(reads, call),
    writeMany: (writes, call) => store.writeMany(writes, call),
    eraseMany: (keys) => store.eraseMany(keys),
    check: () => store.check(),
    close: () => client.close(),
  };
}

/** A store over connections that their opener closes. */
export function createCassandraOnlineStore(
  client: CassandraClient,
  cassandra: CassandraOptions,
  options: CassandraOnlineStoreOptions = {},
): OnlineStore {
  return new CassandraOnlineStore(client, cassandra, options);
}

class CassandraOnlineStore implements OnlineStore {
  readonly #client: CassandraClient;
  readonly #keyspace: string;
  readonly #queries: CassandraQueries;
  readonly #blockMaxBytes: number;
  readonly #lifeMsOf: LifeMsOf;

  constructor(client: CassandraClient, cassandra: CassandraOptions, options: CassandraOnlineStoreOptions) {
    const full = completeCassandraOptions(cassandra);
    this.#client = client;
    this.#keyspace = full.keyspace;
    this.#queries = cassandraQueries(full.keyspace, full.dialect, full);
    this.#blockMaxBytes = options.blockMaxBytes ?? BLOCK_MAX_BYTES;
    this.#lifeMsOf = options.lifeMsOf ?? (() => undefined);
  }

  async readMany(reads: readonly BlockRead[], options: StoreCallOptions = {}): Promise<BlockSlot[]> {
    const address = new ReadAddress();
    const slots: BlockSlot[] = new Array(reads.length);
    const statements: Statement[] = [];
    const good: number[] = [];
    for (let i = 0; i < reads.length; i += 1) {
      const read = reads[i] as BlockRead;
      try {
        address.enter(read);
        storageKeyWithPrefix(address.prefix, read.entityKey);
        // Nothing to ask, and the driver takes no empty list.
        if (read.views.length === 0) slots[i] = noRows(read.views);
        else {
          statements.push(this.#readStatement(read));
          good.push(i);
        }
      } catch (error) {
        slots[i] = notAKey(error);
      }
    }
    const kind = options.quorum === true ? 'QUORUM_READ' : 'READ';
    const found = await this.#client.runMany<BlockSlot>(
      kind,
      statements,
      options,
      (result, at) => rowsOf(result, reads[good[at] as number] as BlockRead, address),
      cassandraFailure,
    );
    for (let at = 0; at < good.length; at += 1) slots[good[at] as number] = found[at] as BlockSlot;
    return slots;
  }

  #readStatement({ namespace, block, entityKey, views }: BlockRead): Statement {
    if (views.length === 1) {
      return {
        query: this.#queries.readView,
        parameters: [namespace, block, entityKey, (views[0] as number) | 0],
      };
    }
    const ids = views.map((view) => view | 0);
    return { query: this.#queries.readViews, parameters: [namespace, block, entityKey, ids] };
  }

  async writeMany(writes: readonly RowWrite[], options: StoreCallOptions = {}): Promise<WriteSlot[]> {
    const slots: WriteSlot[] = new Array(writes.length);
    const statements: Statement[] = [];
    const good: number[] = [];
    for (let i = 0; i < writes.length; i += 1) {
      const statement = this.#writeStatement(writes[i] as RowWrite);
      if ('failed' in statement) slots[i] = statement;
      else {
        statements.push(statement);
        good.push(i);
      }
    }
    const written = await this.#client.runMany<WriteSlot>(
      'WRITE',
      statements,
      options,
      () => ({ outcome: 'UNTOLD' }),
      cassandraWriteFailure,
    );
    good.forEach((index, at) => {
      slots[index] = written[at] as WriteSlot;
    });
    return slots;
  }

  #writeStatement(write: RowWrite): Statement | StoreFailure {
    const { namespace, block, entityKey, view, row } = write;
    const problem = keyProblem(write);
    if (problem !== undefined) return problem;
    if (row.length < ORDER_KEY_END) return { failed: 'CORRUPT', detail: 'the row is cut short' };
    if (row.length > this.#blockMaxBytes) {
      return {
        failed: 'TOO_LARGE',
        detail: `the row has ${row.length} bytes; a block has at most ${this.#blockMaxBytes}`,
      };
    }
    const lifeSeconds = Math.min(LIFE_MAX_SECONDS, Math.ceil((this.#lifeMsOf(block, view) ?? 0) / 1000));
    return {
      query: this.#queries.writeRow,
      parameters: [namespace, block, entityKey, view | 0, row, orderKeyOf(row), lifeSeconds],
    };
  }

  /**
   * Deletes what a quorum has of the blocks, under the newest order key found: a newer row counts again, and an
   * older one stays shadowed until the database forgets the deletion (`gc_grace_seconds`).
   */
  async eraseMany(keys: readonly BlockKey[]): Promise<EraseSlot[]> {
    const slots: (EraseSlot | undefined)[] = keys.map(keyProblem);
    const good = slots.flatMap((slot, index) => (slot === undefined ? [index] : []));
    const addresses = good.map((index) => {
      const { namespace, block, entityKey } = keys[index] as BlockKey;
      return [namespace, block, entityKey];
    });
    const newest = await this.#client.runMany<number | StoreFailure>(
      'WRITE', // with a writer's patience and consistency
      addresses.map((parameters) => ({ query: this.#queries.readBlock, parameters })),
      {},
      newestOrderKey,
      cassandraFailure,
    );
    const present = good.flatMap((_, at) => (typeof newest[at] === 'number' && newest[at] >= 0 ? [at] : []));
    const erased = await this.#client.runMany<EraseSlot>(
      'WRITE',
      present.map((at) => ({
        query: this.#queries.eraseBlock,
        parameters: [newest[at], ...(addresses[at] as string[])],
      })),
      {},
      () => ({ outcome: 'ERASED' }),
      cassandraWriteFailure,
    );
    const outcomes = new Map(present.map((at, i) => [at, erased[i] as EraseSlot]));
    good.forEach((index, at) => {
      const found = newest[at] as number | StoreFailure;
      slots[index] = typeof found === 'number' ? (outcomes.get(at) ?? { outcome: 'ERASED' }) : found;
    });
    return slots as EraseSlot[];
  }

  check(): Promise<StoreHealth> {
    return checkInTime(() => assertCassandraTables(this.#client, this.#keyspace), describeFailure);
  }

  /** The connections are their opener's: other stores may still use them. */
  async close(): Promise<void> {}
}

function rowsOf(result: types.ResultSet, read: BlockRead, address: ReadAddress): BlockSlot {
  const { views } = read;
  const rows: (Uint8Array | undefined)[] = new Array(views.length).fill(undefined);
  if (result.rows.length === 0) return noRows(views);
  address.enter(read);
  for (const found of result.rows) {
    const view = (found.get('view_id') as number) >>> 0;
    const row = found.get('packed_row') as Buffer | null | undefined;
    let isAsked = false;
    for (let i = 0; i < views.length; i += 1) {
      if (views[i] !== view) continue;
      isAsked = true;
      if (!Buffer.isBuffer(row) || !verifySeededRow(address.seeds[i] as number, read.entityKey, row)) {
        return { failed: 'CORRUPT', detail: `a row of ${read.block} ${read.entityKey} fails its checksum` };
      }
      rows[i] = row;
    }
    // The one that was may then be missing; it must not be taken for none.
    if (!isAsked) {
      const detail = `of ${read.block} ${read.entityKey} came a row of a view that was not asked for`;
      return { failed: 'CORRUPT', detail };
    }
  }
  return gatherRows(views, rows);
}

/** @returns -1 when the block has no rows. */
function newestOrderKey(result: types.ResultSet): number {
  let newest = -1;
  for (const found of result.rows) {
    const row = found.get('packed_row') as Buffer | null;
    if (row !== null) newest = Math.max(newest, orderKeyOf(row));
  }
  return newest;
}

function keyProblem(key: BlockKey): StoreFailure | undefined {
  try {
    storageKey(key);
    return undefined;
  } catch (error) {
    return notAKey(error);
  }
}

function notAKey(error: unknown): StoreFailure {
  return { failed: 'UNAVAILABLE', detail: (error as Error).message };
}
