import type { LayoutStore, StoredLayout } from '../layout-store.ts';
import type { LmdbEnvironment } from './lmdb-environment.ts';

/** Layouts beside the rows that were written under them. */
export function createLmdbLayoutStore(environment: LmdbEnvironment): LayoutStore {
  const { layouts } = environment;
  return {
    async putMany(given) {
      environment.refresh();
      // A layout never changes, so one that stands already needs no write: pushing is then free of it.
      const missing = given.filter(({ id }) => !layouts.doesExist(id));
      if (missing.length === 0) return;
      await environment.commit(() => {
        for (const { id, names, types } of missing) {
          layouts.putSync(id, Buffer.from(JSON.stringify({ names, types })));
        }
      });
    },
    async getMany(ids) {
      environment.refresh();
      return ids.map((id) => {
        const bytes = layouts.getBinary(id);
        if (bytes === undefined) return undefined;
        const { names, types } = JSON.parse(bytes.toString('utf8')) as Omit<StoredLayout, 'id'>;
        return { id, names, types };
      });
    },
    /** The environment is its owner's: other stores may still use it. */
    close: async () => {},
  };
}
