import type { Clock } from '../../core/clock.ts';
import type { LayoutStore, StoredLayout } from '../layout-store.ts';
import { isStoreFailure, type StoreFailure } from '../online-store.ts';
import { CassandraClient } from './cassandra-client.ts';
import { cassandraFailure } from './cassandra-failures.ts';
import { type CassandraOptions, completeCassandraOptions } from './cassandra-options.ts';
import { cassandraQueries } from './cassandra-queries.ts';

/** Layouts beside the rows that were written under them. Opens a store that owns its connections. */
export async function openCassandraLayoutStore(
  cassandra: CassandraOptions,
  clock: Clock,
): Promise<LayoutStore> {
  const client = new CassandraClient(cassandra, clock);
  await client.connect().catch(() => {}); // the next request tries again
  return { ...createCassandraLayoutStore(client, cassandra), close: () => client.close() };
}

/** A store over connections that their opener closes. */
export function createCassandraLayoutStore(
  client: CassandraClient,
  cassandra: CassandraOptions,
): LayoutStore {
  const full = completeCassandraOptions(cassandra);
  const queries = cassandraQueries(full.keyspace, full.dialect, full);
  /** A layout never changes, so one that this process has stored needs no write. */
  const stored = new Set<number>();
  return {
    async putMany(layouts) {
      const missing = layouts.filter(({ id }) => !stored.has(id));
      const slots = await client.runMany<StoreFailure | 'STORED'>(
        'WRITE',
        missing.map(({ id, names, types }) => ({
          query: queries.putLayout,
          parameters: [id, JSON.stringify({ names, types })],
        })),
        {},
        () => 'STORED',
        cassandraFailure,
      );
      slots.forEach((slot, index) => {
        if (slot !== 'STORED') throw new Error(`A layout could not be stored: ${slot.detail}.`);
        stored.add((missing[index] as StoredLayout).id);
      });
    },
    async getMany(ids) {
      const slots = await client.runMany<StoredLayout | StoreFailure | null>(
        'WRITE', // read once and remembered, so with a writer's patience
        ids.map((id) => ({ query: queries.getLayout, parameters: [id] })),
        {},
        (result, index) => layoutOf(ids[index] as number, result.first()?.get('definition')),
        cassandraFailure,
      );
      return slots.map((slot) => {
        if (slot === null) return undefined;
        if (isStoreFailure(slot)) throw new Error(`A layout could not be read: ${slot.detail}.`);
        return slot;
      });
    },
    close: async () => {},
  };
}

function layoutOf(id: number, definition: string | undefined): StoredLayout | null {
  if (definition === undefined) return null;
  const { names, types } = JSON.parse(definition) as Omit<StoredLayout, 'id'>;
  return { id, names, types };
}
