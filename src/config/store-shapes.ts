import path from 'node:path';
import { z } from 'zod';
import { NAME_MAX_BYTES } from '../core/bounds.ts';
import {
  DEFAULT_TIER,
  HOT_LIFE_MS_DEFAULT,
  type StoreOptions,
  type StoresOptions,
  type TierOptions,
} from '../stores/store-options.ts';
import { MEMORY_MAX_AGE_MS, TIER_LIMITS_DEFAULT, type TierLimits } from '../stores/tiers/tier-options.ts';
import { given, readTls, tlsShape } from './tls-shape.ts';

/**
 * What the configuration says about stores by name and about which of them keep what, and how that becomes what the
 * stores are told. Reads no file itself.
 */
const name = z.string().min(1).max(NAME_MAX_BYTES);
const file = z.string().min(1);
/** Largest embedded store that may be mapped, in bytes: 4 TiB of addresses. */
const MAP_MAX_BYTES = 2 ** 42;
/** A call that takes longer than a minute serves nobody. */
const CALL_MAX_MS = 60_000;
/** A life beyond a month is no bound on staleness. */
const LIFE_MAX_MS = 31 * 24 * 60 * 60 * 1000;
const BYTES_MAX = 2 ** 40;

const callMs = z.int().min(1).max(CALL_MAX_MS).optional();
const mapSizeBytes = z
  .int()
  .min(2 ** 20)
  .max(MAP_MAX_BYTES)
  .optional()
  .describe('most that the store may grow to; the address space is reserved, not the disk');
const node = z.strictObject({ host: z.string().min(1), port: z.int().min(1).max(65_535) });
const nodes = z
  .array(node, 'expected a list of {host, port}; in a variable, host:port with commas between')
  .min(1)
  .describe('{host, port} each; some, from which the others are found');
const access = {
  username: z.string().min(1).optional(),
  passwordFile: file.optional(),
  tls: tlsShape,
};
/** A local majority at least: what the hot tier remembers must be what the truth has. */
const consistency = z.enum(['LOCAL_QUORUM', 'QUORUM', 'ALL']).optional();

/** The one store of a program that is told nothing about tiers. */
export const storeShape = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('lmdb').describe('the embedded store, in dataFolder'), mapSizeBytes }),
  ])
  .prefault({ kind: 'lmdb' });

const namedStore = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('lmdb'),
    folder: file.optional().describe('in dataFolder, by its name, where not given'),
    mapSizeBytes,
  }),
  z.strictObject({
    kind: z.literal('redis'),
    mode: z.enum(['SINGLE', 'CLUSTER']).default('SINGLE'),
    nodes,
    readReplicas: z.boolean().optional().describe('read from replicas, which may lag'),
    replicas: z.array(node).optional().describe('of a single server'),
    ...access,
    commandTimeoutMs: callMs,
    connectTimeoutMs: callMs,
  }),
  z.strictObject({
    kind: z.literal('cassandra'),
    nodes,
    localDataCenter: z.string().min(1),
    keyspace: z.string().min(1),
    replication: z
      .record(name, z.int().min(1))
      .optional()
      .describe(
        'replicas per data centre, when `store init` makes the keyspace; 3 in the local one where not given',
      ),
    dialect: z.enum(['CASSANDRA', 'SCYLLA']).optional(),
    ...access,
    readConsistency: consistency,
    writeConsistency: consistency,
    readTimeoutMs: callMs,
    writeTimeoutMs: callMs,
    connectTimeoutMs: callMs,
    inFlightMax: z.int().min(1).max(32_768).optional().describe('requests that may be unanswered at once'),
    speculateAfterMs: callMs.describe('then a read is sent to a second replica, too'),
  }),
]);

const tier = z.strictObject({
  warm: name.describe('the store that is the truth: lmdb or cassandra'),
  hot: name.optional().describe('the store before it: redis'),
  hotLifeMs: z
    .int()
    .min(1000)
    .max(LIFE_MAX_MS)
    .optional()
    .describe(`of a row in the hot store, the bound on staleness if all else fails; ${HOT_LIFE_MS_DEFAULT}`),
  volatileLifeMs: z
    .int()
    .min(1000)
    .max(LIFE_MAX_MS)
    .optional()
    .describe('of a row of a view that is hot: "ONLY", after its last write; for ever where not given'),
  memory: z
    .strictObject({
      maxAgeMs: z.int().min(0).max(MEMORY_MAX_AGE_MS).optional().describe('0 keeps nothing in memory'),
      maxBytes: z.int().min(0).max(BYTES_MAX).optional(),
    })
    .optional()
    .describe('rows kept in the process; on where there is a hot store'),
  absenceLifeMs: z
    .int()
    .min(1)
    .max(LIFE_MAX_MS)
    .optional()
    .describe(`how long the hot store remembers that there is no row; ${TIER_LIMITS_DEFAULT.absenceLifeMs}`),
  hotBudgetMs: callMs.describe(`of one call of the hot store; ${TIER_LIMITS_DEFAULT.hotBudgetMs}`),
  warmBudgetMs: callMs.describe(`of one read of the warm store; ${TIER_LIMITS_DEFAULT.warmBudgetMs}`),
  repairLogMaxBytes: z.int().min(4096).max(BYTES_MAX).optional(),
});

export const storesShape = z
  .record(name, namedStore)
  .default({})
  .describe('by name; the embedded store of `store` is lmdb');
export const tiersShape = z
  .record(name, tier)
  .default({})
  .describe(
    `which stores keep what: ${DEFAULT_TIER}, and domains or views by name; empty: the embedded store alone`,
  );

type NamedStores = z.output<typeof storesShape>;
type NamedTiers = z.output<typeof tiersShape>;

/** Reads a file that a key names, from the configuration file's folder; tells its own problem, and returns `null` then. */
type ReadFile = (key: string, file: string) => string | null;

/** The name of the embedded store among the others. */
const EMBEDDED = 'lmdb';

/** With secrets read, and with the embedded store where nothing else is said. */
export function resolveStores(
  { store, stores, tiers }: { store: z.output<typeof storeShape>; stores: NamedStores; tiers: NamedTiers },
  dataFolder: string,
  readFile: ReadFile,
): Pick<StoresOptions, 'stores' | 'tiers'> {
  return {
    stores: storeOptionsOf({ [EMBEDDED]: { ...store }, ...stores }, dataFolder, readFile),
    tiers: tierOptionsOf({ [DEFAULT_TIER]: { warm: EMBEDDED }, ...tiers }),
  };
}

function storeOptionsOf(
  stores: NamedStores,
  dataFolder: string,
  readFile: ReadFile,
): Record<string, StoreOptions> {
  const options: Record<string, StoreOptions> = {};
  for (const [storeName, store] of Object.entries(stores)) {
    if (store.kind === 'lmdb') {
      const folder = path.resolve(dataFolder, store.folder ?? storeName);
      options[storeName] = given({ kind: store.kind, folder, mapSizeBytes: store.mapSizeBytes });
      continue;
    }
    const read = (key: string, of: string | undefined): string | undefined =>
      of === undefined ? undefined : (readFile(`stores.${storeName}.${key}`, of) ?? undefined);
    const { passwordFile, tls: tlsFiles, ...rest } = store;
    const secrets = {
      password: read('passwordFile', passwordFile)?.trimEnd(),
      tls: readTls(tlsFiles, (key, of) => read(`tls.${key}`, of)),
    };
    options[storeName] = given({ ...rest, ...secrets }) as StoreOptions;
  }
  return options;
}

function tierOptionsOf(tiers: NamedTiers): Record<string, TierOptions> {
  return Object.fromEntries(
    Object.entries(tiers).map(([tierName, { memory, absenceLifeMs, hotBudgetMs, warmBudgetMs, ...rest }]) => {
      const limits: Partial<TierLimits> = given({
        memoryMaxAgeMs: memory?.maxAgeMs,
        memoryMaxBytes: memory?.maxBytes,
        ...{ absenceLifeMs, hotBudgetMs, warmBudgetMs },
      });
      // A warm store alone has no tiers before it, unless memory is asked for.
      const hasTiers = rest.hot !== undefined || memory !== undefined;
      return [tierName, given({ ...rest, limits: hasTiers ? limits : undefined })];
    }),
  );
}
