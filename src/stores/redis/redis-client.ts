import { Cluster, type RedisOptions as DriverOptions, Redis } from 'ioredis';
import { StoreStartError } from '../store-start-error.ts';
import { LastError } from './redis-last-error.ts';
import {
  COMMAND_TIMEOUT_MS_DEFAULT,
  CONNECT_TIMEOUT_MS_DEFAULT,
  type RedisOptions,
} from './redis-options.ts';
import { redisStartProblem } from './redis-start.ts';
import { tlsConnector } from './redis-tls-connector.ts';

/**
 * Connections to Redis as serving needs them: nothing is queued for a server that is not there, nothing is sent
 * twice, and a connection that stays silent is given up. How long a caller waits is decided above, per call.
 */
export type RedisClient = Redis | Cluster;

/** A connection with unanswered commands and no byte for this many command timeouts is dead: dropped and renewed. */
const SILENT_TIMEOUTS = 20;
const SILENT_MIN_MS = 500;
/** Pause before the n-th attempt to reconnect: short, because a restart should be noticed within three seconds. */
const RECONNECT_STEP_MS = 50;
const RECONNECT_MAX_MS = 1000;
/** Shortest time between two connections that are given up because their server is a replica. */
const READ_ONLY_RECONNECT_MS = 2000;
/** How often a cluster's client looks which node has which slots, besides when an answer shows that it is wrong. */
const SLOTS_REFRESH_MS = 1000;
/** A key moves once in a while; a key that moves more often than this within one call is no answer. */
const REDIRECTIONS_MAX = 4;

/**
 * Opens the connections and waits for them, at most the connect timeout: a program must be able to start while a
 * cache is down, and goes on trying then. @param random from 0 to below 1, spreads reconnections.
 * @throws {StoreStartError} for what waiting does not mend.
 */
export async function openRedisClient(options: RedisOptions, random: () => number): Promise<RedisClient> {
  const client = createClient(options, random);
  const ready = await becomesReady(client, options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS_DEFAULT);
  const error = LastError.of(client);
  const problem = ready || error === undefined ? undefined : redisStartProblem(error, options);
  if (problem === undefined) return client;
  client.disconnect();
  throw new StoreStartError(problem, { cause: error });
}

/** One connection per replica of a single server, for reads. */
export function openReplicas(options: RedisOptions, random: () => number): Redis[] {
  if (options.mode !== 'SINGLE' || options.readReplicas !== true) return [];
  return (options.replicas ?? []).map((node) => createSingle({ ...options, nodes: [node] }, random));
}

function createClient(options: RedisOptions, random: () => number): RedisClient {
  if (options.nodes.length === 0) throw new TypeError('Expected at least one Redis node, got none.');
  return options.mode === 'SINGLE' ? createSingle(options, random) : createCluster(options, random);
}

function createSingle(options: RedisOptions, random: () => number): Redis {
  const [node] = options.nodes;
  const errors = new LastError();
  const client = new Redis({
    ...driverOptions(options, errors),
    ...node,
    enableOfflineQueue: false,
    retryStrategy: (attempt) => reconnectDelayMs(attempt, random),
    reconnectOnError: reconnectWhenReadOnly(),
  });
  errors.listenTo(client);
  return client;
}

/**
 * After a failover the address leads to the new primary, and an open connection still to the old one, which is its
 * replica now and may stay so for ever. Not at each refused write: where no other primary is, reads go on.
 */
function reconnectWhenReadOnly(): (error: Error) => boolean {
  let isTried = false;
  return ({ message }) => {
    if (isTried || !message.startsWith('READONLY')) return false;
    isTried = true;
    setTimeout(() => {
      isTried = false;
    }, READ_ONLY_RECONNECT_MS).unref();
    return true;
  };
}

function createCluster(options: RedisOptions, random: () => number): Cluster {
  const errors = new LastError();
  const client = new Cluster(
    options.nodes.map(({ host, port }) => ({ host, port })),
    {
      redisOptions: driverOptions(options, errors),
      enableOfflineQueue: false,
      scaleReads: options.readReplicas === true ? 'slave' : 'master',
      maxRedirections: REDIRECTIONS_MAX,
      slotsRefreshInterval: SLOTS_REFRESH_MS,
      slotsRefreshTimeout: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS_DEFAULT,
      clusterRetryStrategy: (attempt) => reconnectDelayMs(attempt, random),
      // Waiting for a failover, or a slot that moves, takes longer than asking the next tier: fail at once.
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      retryDelayOnTryAgain: 0,
    },
  );
  errors.listenTo(client);
  client.on('node error', (error) => errors.note(error));
  client.on('-node', () => client.refreshSlotsCache());
  // The driver connects to a node at its first command, and refuses the commands that follow until it has.
  client.on('+node', (node) => connectNode(node));
  return client;
}

function connectNode(node: Redis): void {
  if (node.status === 'wait') node.connect().catch(() => {}); // a node that cannot be reached is forgotten
}

function driverOptions(options: RedisOptions, errors: LastError): Omit<DriverOptions, 'replyMapping'> {
  const commandTimeoutMs = options.commandTimeoutMs ?? COMMAND_TIMEOUT_MS_DEFAULT;
  const { tls } = options;
  return {
    connectTimeout: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS_DEFAULT,
    socketTimeout: Math.max(SILENT_MIN_MS, SILENT_TIMEOUTS * commandTimeoutMs),
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    connectionName: 'featuregraph',
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(tls === undefined
      ? {}
      : {
          Connector: tlsConnector((error) => errors.note(error)),
          tls: {
            ...(tls.caPem === undefined ? {} : { ca: tls.caPem }),
            ...(tls.certificatePem === undefined ? {} : { cert: tls.certificatePem }),
            ...(tls.keyPem === undefined ? {} : { key: tls.keyPem }),
            ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
          },
        }),
  };
}

function reconnectDelayMs(attempt: number, random: () => number): number {
  const delayMs = Math.min(RECONNECT_MAX_MS, RECONNECT_STEP_MS * attempt);
  return delayMs * (0.5 + random() / 2);
}

async function becomesReady(client: RedisClient, waitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), waitMs);
  });
  const ready = allReady(client).then(() => true);
  try {
    return await Promise.race([ready, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves when the server, or every node of a cluster that can be reached, takes commands. */
async function allReady(client: RedisClient): Promise<void> {
  await isReady(client);
  if (client instanceof Cluster) await Promise.all(client.nodes('all').map(isReady));
}

function isReady(client: RedisClient): Promise<void> {
  return new Promise((resolve) => {
    if (client.status === 'ready' || client.status === 'end') resolve();
    else {
      client.once('ready', resolve);
      client.once('end', resolve);
    }
  });
}
