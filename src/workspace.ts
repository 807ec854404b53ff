import type { Config } from './config.ts';
import { type Clock, fixedClock, systemClock } from './core/clock.ts';
import { systemRandom } from './core/random.ts';
import { customize, type OwnEntities } from './features/customization.ts';
import { FeatureReader } from './features/feature-reader.ts';
import { SourceWatch } from './features/source-watch.ts';
import { createLogger, type Logger } from './observability/logger.ts';
import { createMetrics, type Metrics } from './observability/metrics.ts';
import { compileRegistry } from './registry/compile-registry.ts';
import { type DomainSource, type LoadDomainOptions, loadDomainSources } from './registry/domain-source.ts';
import { formatProblem } from './registry/format-problem.ts';
import type { Registry } from './registry/registry.ts';
import type { SchemaProblem } from './registry/schema-problem.ts';
import { failureReports } from './stores/failure-reports.ts';
import type { LayoutStore } from './stores/layout-store.ts';
import type { OnlineStore } from './stores/online-store.ts';
import { type OpenStores, openStores } from './stores/open-stores.ts';
import { SourceTimes } from './stores/source-times.ts';
import type { TenantStore } from './stores/tenant-store.ts';

/**
 * What every program of ours works on: the registry compiled from a schema folder and the stores that hold its
 * rows. A server adds fronts to it, a command uses it and closes it.
 */
export interface Workspace {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly sources: readonly DomainSource[];
  readonly registry: Registry;
  readonly store: OnlineStore;
  /** The databases behind the store, for health and for a new schema. */
  readonly databases: Pick<OpenStores, 'check' | 'follow' | 'budgets'>;
  readonly layouts: LayoutStore;
  readonly tenants: TenantStore;
  readonly sourceTimes: SourceTimes;
  readonly sourceWatch: SourceWatch;
  /** Every source that a schema of this process ever named. */
  readonly sourceNames: Set<string>;
  readonly reader: FeatureReader;
  close(): Promise<void>;
}

/** The schema has mistakes; nothing was opened. */
export class SchemaError extends Error {
  readonly problems: readonly SchemaProblem[];
  constructor(problems: readonly SchemaProblem[]) {
    super(problems.map((problem) => formatProblem(problem)).join('\n\n'));
    this.name = 'SchemaError';
    this.problems = problems;
  }
}

/** @throws SchemaError when the schema has mistakes. */
export async function loadRegistry(
  schemaFolder: string,
  options: LoadDomainOptions = {},
): Promise<{ readonly sources: readonly DomainSource[]; readonly registry: Registry }> {
  const sources = await loadDomainSources(schemaFolder, options);
  const { registry, problems } = compileRegistry(sources);
  if (registry === null) throw new SchemaError(problems);
  return { sources, registry };
}

/**
 * @throws SchemaError when the schema has mistakes, CustomizationError when what tenants have of their own does not fit
 * it; Error with what to do when the data folder cannot be opened.
 */
export async function openWorkspace(config: Config): Promise<Workspace> {
  const schema = await readSchema(config);
  const { registry } = schema;
  const clock = config.clockAtMs === null ? systemClock : fixedClock(config.clockAtMs);
  const logger = createLogger(config.logging.level);
  const metrics = createMetrics();
  const { store: tenantsIn } = config.identity;
  const budgetsIn = config.budgets?.store;
  const databases = await openStores(
    {
      ...config,
      ...(tenantsIn !== null && { tenantsIn }),
      ...(budgetsIn !== undefined && { budgetsIn }),
    },
    {
      ...{ registry, clock, metrics, random: systemRandom, rowsExpire: config.clockAtMs === null },
      onError: (error, where) => logger.warn({ err: error, ...where }, 'a tier could not repair itself'),
      noteFailure: failureReports(clock, (report) => logger.warn(report, 'a store fails')),
    },
  );
  const { store, layouts, tenants } = databases;
  const sourceNames = new Set<string>();
  const sourceTimes = new SourceTimes(store, (...recorded) => sourceWatch.note(...recorded));
  const sourceWatch: SourceWatch = new SourceWatch({
    times: { timesOf: (namespace) => sourceTimes.readMany(namespace, [...sourceNames]) },
    onError: (error) =>
      logger.warn({ err: error }, 'source times could not be read; the last known are used'),
  });
  const shared = { config, clock, logger, metrics };
  const stores = { ...shared, databases, store, layouts, tenants, sourceTimes, sourceWatch, sourceNames };
  return {
    ...withSchema(stores, schema),
    close: async () => {
      sourceWatch.stop();
      await layouts.close();
      await databases.close();
    },
  };
}

/**
 * The same stores under the schema as it is on disk now. Closing either workspace closes the stores of both.
 * @throws SchemaError and CustomizationError as when it was opened, Error when the configured tiers do not fit it; the workspace given
 * is untouched.
 */
export async function reloadSchema(workspace: Workspace): Promise<Workspace> {
  const schema = await readSchema(workspace.config, { fresh: true });
  workspace.databases.follow(schema.registry);
  return { ...workspace, ...withSchema(workspace, schema) };
}

interface Schema {
  readonly sources: readonly DomainSource[];
  readonly registry: Registry;
  readonly customizations: ReadonlyMap<string, OwnEntities>;
}

async function readSchema(config: Config, options: LoadDomainOptions = {}): Promise<Schema> {
  const schema = await loadRegistry(config.schemaFolder, options);
  return { ...schema, customizations: customize(schema.registry, config.tenants) };
}

type Stores = Omit<Workspace, 'sources' | 'registry' | 'reader' | 'close'>;

function withSchema(stores: Stores, { sources, registry, customizations }: Schema): Omit<Workspace, 'close'> {
  const { store, layouts, sourceWatch, sourceNames, metrics, logger } = stores;
  for (const { source } of registry.views.values()) if (source !== null) sourceNames.add(source);
  const reader = new FeatureReader({
    ...{ registry, store, layouts, sources: sourceWatch },
    customizations,
    onTransformError: (error, where) => {
      metrics.transformFailures.inc({ transform: where.transform });
      logger.error({ err: error, ...where }, 'a transform failed');
    },
    onStoreError: (error, where) => logger.error({ err: error, ...where }, 'a store rejected a whole call'),
  });
  return { ...stores, sources, registry, reader };
}
