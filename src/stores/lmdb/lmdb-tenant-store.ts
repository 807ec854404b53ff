import { assertTenantChanges, type TenantStore } from '../tenant-store.ts';
import type { LmdbEnvironment } from './lmdb-environment.ts';

/** Cannot be a record's name, which has a kind and a slash. */
const REVISION = 'revision';

/** Tenants beside the rows; a change is one transaction, alone among all processes. */
export function createLmdbTenantStore(environment: LmdbEnvironment): TenantStore {
  const { tenants } = environment;
  const revisionNow = (): number => Number(tenants.getBinary(REVISION)?.toString('latin1') ?? 0);
  return {
    async revision() {
      environment.refresh();
      return revisionNow();
    },
    async load() {
      environment.refresh();
      const records = new Map<string, string>();
      let revision = 0;
      // One range is read in one snapshot, the revision with it.
      for (const { key, value } of tenants.getRange({})) {
        if (key === REVISION) revision = Number(value.toString('latin1'));
        else records.set(key, value.toString('utf8'));
      }
      return { revision, records };
    },
    async change(from, changes) {
      assertTenantChanges(changes);
      let changed = false;
      await environment.commit(() => {
        if (revisionNow() !== from) return;
        for (const [name, text] of changes) {
          if (text === null) tenants.removeSync(name);
          else tenants.putSync(name, Buffer.from(text, 'utf8'));
        }
        tenants.putSync(REVISION, Buffer.from(String(from + 1), 'latin1'));
        changed = true;
      });
      return changed ? from + 1 : null;
    },
    /** The environment is its owner's: other stores may still use it. */
    close: async () => {},
  };
}
