import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { type BudgetsOptions, budgetsShape, resolveBudgets } from './config/budget-shape.ts';
import type { ConfigProblem } from './config/config-problem.ts';
import { costShape } from './config/cost-shape.ts';
import { customizationsShape } from './config/customization-shape.ts';
import { describeIssue } from './config/describe-issue.ts';
import { merge, readEnvironment, type Values } from './config/environment.ts';
import { type IdentityOptions, identityShape, resolveIdentity } from './config/identity-shape.ts';
import { overloadShape } from './config/overload-shape.ts';
import { problemOf } from './config/problem-of.ts';
import { resolveStores, storeShape, storesShape, tiersShape } from './config/store-shapes.ts';
import { resolveSubgraphs, type SubgraphOptions, subgraphsShape } from './config/subgraph-shapes.ts';
import { resolveUsage, type UsageOptions, usageShape } from './config/usage-shape.ts';
import { DEADLINE_MAX_MS, NAME_MAX_BYTES } from './core/bounds.ts';
import { isRecord } from './core/is-record.ts';
import { mendOfImport } from './core/mend-of-import.ts';
import { LOG_LEVELS, type LogLevel } from './observability/logger.ts';
import type { StoreOptions, TierOptions } from './stores/store-options.ts';

/**
 * The configuration: read once and completely, checked, frozen. The only place that sees the environment.
 * Later wins: defaults, the file, the environment, the command line's flags. Secrets come by file or environment
 * and never by flag, because the machine's other users can see a process's arguments.
 */
const name = z.string().min(1).max(NAME_MAX_BYTES);
const folder = z.string().min(1);
const port = z.int().min(0).max(65_535).describe('0 takes any free one');

/** Largest body that may be configured, in bytes: a body is held in memory whole. */
const BODY_MAX_BYTES = 256 * 1024 * 1024;
/** Also read by the docs, which print it. */
export const configShape = z.strictObject({
  schemaFolder: folder.default('schema').describe('one SDL file a domain; from the file’s folder'),
  dataFolder: folder.default('.featuregraph').describe('what the embedded store keeps'),
  auditFolder: folder.optional().describe('who wrote what; audit in dataFolder where not given'),
  host: z.string().min(1).default('127.0.0.1').describe('address to listen on; 0.0.0.0 for all'),
  port: port.default(4000),
  adminPort: port.default(4001).describe('/metrics and health, for operators'),
  explorer: z.boolean().optional().describe('a page to try queries; on in development'),
  introspection: z.boolean().optional().describe('whether clients may ask for the schema; on in development'),
  clock: z
    .strictObject({ at: z.iso.datetime({ offset: true }).optional().describe('stand still at this moment') })
    .prefault({}),
  deadlineMs: z
    .int()
    .min(1)
    .max(DEADLINE_MAX_MS)
    .optional()
    .describe('where a request names none; 1000, and 5000 for a `supergraph` composed elsewhere'),
  drainMs: z
    .int()
    .min(0)
    .max(60_000)
    .optional()
    .describe('answers go on for so long after SIGTERM, not ready; 3000, in development 0'),
  store: storeShape,
  stores: storesShape,
  tiers: tiersShape,
  readScopes: z
    .strictObject({
      bypass: name.default('read:bypass').describe('scope that `cache: BYPASS` of a request needs'),
      quorum: name.default('read:quorum').describe('scope that `consistency: QUORUM` needs'),
    })
    .prefault({}),
  tenant: name.default('demo').describe('who the printed API key belongs to'),
  namespace: name.default('demo').describe('whose rows are read and written'),
  identity: identityShape,
  cost: costShape,
  usage: usageShape,
  budgets: budgetsShape,
  overload: overloadShape,
  tenants: customizationsShape,
  limits: z
    .strictObject({
      bodyBytes: z
        .int()
        .min(1024)
        .max(BODY_MAX_BYTES)
        .default(1024 * 1024)
        .describe('of a query'),
      pushBodyBytes: z
        .int()
        .min(1024)
        .max(BODY_MAX_BYTES)
        .default(8 * 1024 * 1024)
        .describe('of a push or deletion, which is read whole before anything is written'),
      writeCallsPerSecond: z
        .int()
        .min(1)
        .max(1_000_000)
        .default(200)
        .describe('pushes and deletions of one tenant, in each process'),
      subgraphResponseBytes: z
        .int()
        .min(1024)
        .max(BODY_MAX_BYTES)
        .default(16 * 1024 * 1024),
    })
    .prefault({}),
  documents: z
    .strictObject({
      manifest: z
        .string()
        .min(1)
        .optional()
        .describe('documents that clients may ask for by id: as codegen, Apollo or Relay write it'),
      mode: z
        .enum(['ALLOW', 'ONLY'])
        .default('ALLOW')
        .describe('ALLOW: other documents too, and the log tells which; ONLY: those of the manifest'),
      automatic: z
        .strictObject({
          maxEntries: z.int().min(0).max(1_000_000).default(1_000).describe('0 remembers none'),
          maxBytes: z
            .int()
            .min(0)
            .max(2 ** 30)
            .default(4 * 1024 * 1024),
        })
        .prefault({})
        .describe('texts that clients sent once under their hash (APQ)'),
    })
    .prefault({}),
  subgraphs: subgraphsShape,
  supergraph: z
    .string()
    .min(1)
    .optional()
    .describe(
      'file or address of a composed one: then `gateway` serves it alone, without schemaFolder and store',
    ),
  overrideShares: z
    .record(name, z.number().min(0).max(100))
    .default({})
    .describe('label of an `@override` → percent of the requests that take the new subgraph; 0 if not named'),
  signing: z
    .strictObject({
      privateKeyFile: z.string().min(1).optional().describe('PEM (Ed25519), the gateway’s'),
      publicKeyFile: z.string().min(1).optional().describe('PEM (Ed25519), the subgraphs’'),
    })
    .prefault({}),
  logging: z
    .strictObject({
      level: z
        .enum(LOG_LEVELS)
        .optional()
        .describe('info; in development warn, for the terminal is a person’s'),
    })
    .prefault({}),
});

/** What `featuregraph.config.ts` may say; everything has a default. */
export type ConfigInput = z.input<typeof configShape>;

/** The configuration as the program sees it: complete, absolute paths, secrets read. */
export type Config = Readonly<
  Omit<
    z.output<typeof configShape>,
    | 'explorer'
    | 'introspection'
    | 'clock'
    | 'deadlineMs'
    | 'drainMs'
    | 'identity'
    | 'signing'
    | 'logging'
    | 'stores'
    | 'subgraphs'
    | 'tiers'
    | 'usage'
    | 'budgets'
  > & {
    /** With their secrets; the embedded store is `lmdb`. */
    readonly stores: Readonly<Record<string, StoreOptions>>;
    readonly identity: IdentityOptions;
    readonly usage: UsageOptions;
    /** `null`: nobody has one. */
    readonly budgets: BudgetsOptions | null;
    /** With their secrets, by name. */
    readonly subgraphs: Readonly<Record<string, SubgraphOptions>>;
    /** At least `default`. */
    readonly tiers: Readonly<Record<string, TierOptions>>;
    readonly deadlineMs: number;
    readonly drainMs: number;
    readonly explorer: boolean;
    readonly introspection: boolean;
    readonly logging: { readonly level: LogLevel };
    /** `null`: the machine's clock. */
    readonly clockAtMs: number | null;
    /** PEM texts. */
    readonly signing: { readonly privateKeyPem: string | null; readonly publicKeyPem: string | null };
    /** An API key given by the environment; `null` makes a new one at each start. */
    readonly apiKey: string | null;
  }
>;

/** All problems of a configuration at once. */
export class ConfigurationError extends Error {
  readonly problems: readonly ConfigProblem[];
  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(({ key, problem }) => `${key}: ${problem}`).join('\n'));
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}

/** Gives a configuration file its types; checks nothing itself. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}

export interface LoadOptions {
  /** The configuration file; when not given, `featuregraph.config.ts` (or .mts, .js, .mjs) in `cwd`, if there is one. */
  readonly file?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** From the command line: the same keys, already of their types. */
  readonly flags?: Partial<ConfigInput>;
  /** Decides what `explorer` and `introspection` are when nobody says. */
  readonly development?: boolean;
}

/** The first that is there. */
const DEFAULT_FILES = ['.ts', '.mts', '.js', '.mjs'].map((ending) => `featuregraph.config${ending}`);

/** @throws ConfigurationError with all problems. */
export async function loadConfig(options: LoadOptions = {}): Promise<Config> {
  const cwd = options.cwd ?? process.cwd();
  const problems: ConfigProblem[] = [];
  const { values: fromFile, folder: base } = await readFileValues(options.file, cwd, problems);
  const environment = readEnvironment(options.env ?? process.env, problems, fromFile);
  const merged = merge(merge(fromFile, environment.values), options.flags ?? {});
  const shaped = readShape(merged, environment.names, problems);
  const { explorer, introspection, clock, deadlineMs, drainMs, identity, signing, logging, ...rest } = shaped;
  const development = options.development ?? false;
  const secretOf = (key: string, file: string | undefined): string | null =>
    readSecret(key, file, base, problems);
  const opened = resolveStores(rest, path.resolve(base, rest.dataFolder), secretOf);
  const config: Config = {
    ...rest,
    ...opened,
    budgets: resolveBudgets(rest.budgets, opened, problems),
    subgraphs: resolveSubgraphs(
      rest.subgraphs,
      { folder: base, supergraph: rest.supergraph, problems },
      secretOf,
    ),
    schemaFolder: path.resolve(base, rest.schemaFolder),
    dataFolder: path.resolve(base, rest.dataFolder),
    ...(rest.auditFolder !== undefined && { auditFolder: path.resolve(base, rest.auditFolder) }),
    ...(rest.supergraph !== undefined && { supergraph: resolveLocation(base, rest.supergraph) }),
    documents: resolveDocuments(rest.documents, base, problems),
    deadlineMs: deadlineMs ?? DEADLINE_DEFAULT_MS[rest.supergraph === undefined ? 'own' : 'elsewhere'],
    drainMs: drainMs ?? (development ? 0 : DRAIN_MS_DEFAULT),
    identity: resolveIdentity(
      identity,
      {
        ...{ development, pepper: environment.secrets.pepper },
        apiKey: environment.secrets.apiKey !== undefined,
      },
      secretOf,
      problems,
    ),
    usage: resolveUsage(
      rest.usage,
      { base, dataFolder: path.resolve(base, rest.dataFolder), development },
      secretOf,
    ),
    explorer: explorer ?? development,
    introspection: introspection ?? development,
    logging: { level: logging.level ?? (development ? 'warn' : 'info') },
    clockAtMs: clock.at === undefined ? null : Date.parse(clock.at),
    signing: {
      privateKeyPem:
        environment.secrets.privateKey ?? secretOf('signing.privateKeyFile', signing.privateKeyFile),
      publicKeyPem: environment.secrets.publicKey ?? secretOf('signing.publicKeyFile', signing.publicKeyFile),
    },
    apiKey: environment.secrets.apiKey ?? null,
  };
  if (problems.length > 0) throw new ConfigurationError(problems);
  return deepFreeze(config);
}

/** @throws ConfigurationError */
function readShape(
  values: Values,
  origin: ReadonlyMap<string, string>,
  problems: readonly ConfigProblem[],
): z.infer<typeof configShape> {
  const parsed = configShape.safeParse(values, { error: problemOf });
  if (parsed.success) return parsed.data;
  const read = { shape: configShape, values, origin };
  throw new ConfigurationError([
    ...problems,
    ...parsed.error.issues.flatMap((issue) => describeIssue(issue, read)),
  ]);
}

/** A path is meant from the configuration file's folder, an address from everywhere. */
function resolveLocation(base: string, location: string): string {
  return /^https?:\/\//i.test(location) ? location : path.resolve(base, location);
}

/** Long enough for a load balancer that looks at readiness once a second. */
/** Of servers that others wrote, nobody here knows what they do in a second, least of all when they have just started. */
const DEADLINE_DEFAULT_MS = { own: 1000, elsewhere: 5000 } as const;
const DRAIN_MS_DEFAULT = 3_000;

function resolveDocuments<T extends { readonly manifest?: string | undefined; readonly mode: string }>(
  documents: T,
  base: string,
  problems: ConfigProblem[],
): T {
  if (documents.manifest !== undefined)
    return { ...documents, manifest: path.resolve(base, documents.manifest) };
  if (documents.mode === 'ONLY')
    problems.push({ key: 'documents.mode', problem: 'ONLY serves nothing without documents.manifest' });
  return documents;
}

async function readFileValues(
  file: string | undefined,
  cwd: string,
  problems: ConfigProblem[],
): Promise<{ values: Values; folder: string }> {
  const nothing = { values: {}, folder: cwd };
  const candidates = (file === undefined ? DEFAULT_FILES : [file]).map((name) => path.resolve(cwd, name));
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found === undefined) {
    if (file !== undefined) problems.push({ key: file, problem: `no such file (${candidates[0]})` });
    return nothing;
  }
  try {
    const loaded = (await import(pathToFileURL(found).href)) as { default?: unknown };
    if (isRecord(loaded.default)) return { values: loaded.default, folder: path.dirname(found) };
    problems.push({
      key: found,
      problem: 'expected `export default defineConfig({ … })`, got no such export',
    });
  } catch (error) {
    const mend = mendOfImport(error, process.version);
    const message = `could not be loaded: ${(error as Error).message}`;
    problems.push({ key: found, problem: mend === undefined ? message : `${message}\n    ${mend}` });
  }
  return nothing;
}

function readSecret(
  key: string,
  file: string | undefined,
  base: string,
  problems: ConfigProblem[],
): string | null {
  if (file === undefined) return null;
  try {
    return readFileSync(path.resolve(base, file), 'utf8');
  } catch (error) {
    problems.push({ key, problem: `cannot be read: ${(error as Error).message}` });
    return null;
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) deepFreeze(part);
    Object.freeze(value);
  }
  return value;
}
