import { type ChainableCommander, Cluster, type Redis } from 'ioredis';
import { checkInTime } from '../check-in-time.ts';
import type { StoreHealth } from '../online-store.ts';
import { StoreStartError } from '../store-start-error.ts';
import { describeRefused, type RedisUse, refusedCommands } from './redis-access.ts';
import { openRedisClient, openReplicas, type RedisClient } from './redis-client.ts';
import { LastError } from './redis-last-error.ts';
import { watchLosses } from './redis-losses.ts';
import type { RedisOptions } from './redis-options.ts';
import type { RedisScript } from './redis-scripts.ts';
import { slotOf } from './redis-slots.ts';

/**
 * Sends keys and scripts to a single Redis or to the nodes of a Cluster in as few calls as these take, and hands
 * each key's answer back on its own. It knows bytes and errors, no blocks.
 */
export type Settle<T> = (index: number, answer: T | Error) => void;

export interface ScriptCall {
  /** All of one slot on a Cluster. */
  readonly keys: readonly string[];
  readonly args: readonly (string | Buffer)[];
}

/** Keys of one MGET, or of one pipeline to a node: the server answers nobody else meanwhile. */
const READ_CHUNK_KEYS = 100;
/** Commands that may be unanswered at once: beyond it the server is not keeping up, and waiting only costs memory. */
const UNANSWERED_MAX = 20_000;

export class RedisConnection {
  readonly #client: RedisClient;
  readonly #replicas: readonly Redis[];
  readonly #corked = new Set<Redis['stream']>();
  readonly #uses = new Set<RedisUse>();
  readonly #lossListeners: (() => void)[] = [];
  #nextReplica = 0;
  #unanswered = 0;

  constructor(client: RedisClient, replicas: readonly Redis[]) {
    this.#client = client;
    this.#replicas = replicas;
    watchLosses(client, () => {
      for (const listener of this.#lossListeners) listener();
    });
  }

  /** See `watchLosses`. */
  onLoss(listener: () => void): void {
    this.#lossListeners.push(listener);
  }

  get isCluster(): boolean {
    return this.#client instanceof Cluster;
  }

  /** Asks for the values of all keys; `null` where there is none. Settles every index once, maybe after long. */
  read(keys: readonly string[], settle: Settle<Buffer | null>): void {
    if (this.#client instanceof Cluster) this.#readFromCluster(this.#client, keys, settle);
    else this.#readFromServer(this.#readServer(this.#client), keys, settle);
  }

  /** Runs a script once per call; loads it where a server does not know it. */
  run(script: RedisScript, calls: readonly ScriptCall[], settle: Settle<unknown>): void {
    const client = this.#client;
    // With its text a script is run, and known from then on.
    const runText = (index: number): Promise<unknown> => {
      const { keys, args } = calls[index] as ScriptCall;
      return client.eval(script.lua, keys.length, ...keys, ...args);
    };
    const settleKnown = (index: number, result: unknown): void => {
      if (!isUnknownScript(result)) settle(index, result);
      else this.#await(1, runText(index), (again) => settle(index, again));
    };
    if (client instanceof Cluster) {
      const add = (pipeline: ChainableCommander, index: number): void => {
        const { keys, args } = calls[index] as ScriptCall;
        pipeline.evalsha(script.sha, keys.length, ...keys, ...args);
      };
      const firstKeys = calls.map((call) => call.keys[0] as string);
      this.#pipeline(client, firstKeys, add, runText, settleKnown);
      return;
    }
    calls.forEach(({ keys, args }, index) => {
      const answer = client.evalsha(script.sha, keys.length, ...keys, ...args);
      this.#await(1, answer, (result) => settleKnown(index, result));
    });
  }

  /** Removes keys, each on its own. */
  erase(keys: readonly string[], settle: Settle<unknown>): void {
    const client = this.#client;
    const eraseOne = (index: number): Promise<unknown> => client.unlink(keys[index] as string);
    if (client instanceof Cluster) {
      const add = (pipeline: ChainableCommander, index: number) => pipeline.unlink(keys[index] as string);
      this.#pipeline(client, keys, add, eraseOne, settle);
      return;
    }
    keys.forEach((_, index) => {
      this.#await(1, eraseOne(index), (result) => settle(index, result));
    });
  }

  async check(): Promise<StoreHealth> {
    const { status } = this.#client;
    if (status !== 'ready') {
      const why = LastError.of(this.#client)?.message;
      const detail = `the connection is in state "${status}"${why === undefined ? '' : `: ${why}`}`;
      return { ok: false, detail };
    }
    return checkInTime(async () => {
      await this.#client.ping();
      const refused = await this.#refused();
      if (refused.length > 0) throw new Error(describeRefused(refused));
    });
  }

  /** From now on its check looks whether the server lets it do that. */
  serves(use: RedisUse): void {
    this.#uses.add(use);
  }

  /** @throws {StoreStartError} when the server is there, and will never let it do what it is used for. */
  async assertAccess(): Promise<void> {
    if (this.#client.status !== 'ready') return;
    let refused: string[] = [];
    await checkInTime(async () => {
      refused = await this.#refused();
    });
    if (refused.length > 0) throw new StoreStartError(describeRefused(refused));
  }

  async #refused(): Promise<string[]> {
    const ofUses = [...this.#uses].map((use) => refusedCommands(this.#client, use));
    return [...new Set((await Promise.all(ofUses)).flat())];
  }

  close(): void {
    for (const replica of this.#replicas) replica.disconnect();
    this.#client.disconnect();
  }

  #readServer(primary: Redis): Redis {
    for (let tried = 0; tried < this.#replicas.length; tried += 1) {
      this.#nextReplica = (this.#nextReplica + 1) % this.#replicas.length;
      const replica = this.#replicas[this.#nextReplica] as Redis;
      if (replica.status === 'ready') return replica;
    }
    return primary;
  }

  #readFromServer(server: Redis, keys: readonly string[], settle: Settle<Buffer | null>): void {
    this.#gather(server);
    for (let start = 0; start < keys.length; start += READ_CHUNK_KEYS) {
      const chunk =
        keys.length <= READ_CHUNK_KEYS ? (keys as string[]) : keys.slice(start, start + READ_CHUNK_KEYS);
      this.#await(1, server.mgetBuffer(chunk), (result) => {
        for (let i = 0; i < chunk.length; i += 1) {
          settle(start + i, result instanceof Error ? result : (result[i] ?? null));
        }
      });
    }
  }

  #readFromCluster(client: Cluster, keys: readonly string[], settle: Settle<Buffer | null>): void {
    this.#pipeline(
      client,
      keys,
      (pipeline, index) => pipeline.getBuffer(keys[index] as string),
      (index) => client.getBuffer(keys[index] as string),
      settle as Settle<unknown>,
    );
  }

  /**
   * One pipeline per node and chunk; a pipeline may not cross nodes. Commands whose slot turns out to be elsewhere
   * are sent again singly, which the driver takes to where the slot is now.
   */
  #pipeline(
    client: Cluster,
    keys: readonly string[],
    add: (pipeline: ChainableCommander, index: number) => void,
    sendSingly: (index: number) => Promise<unknown>,
    settle: Settle<unknown>,
  ): void {
    for (const indices of groupByNode(client, keys)) {
      for (let start = 0; start < indices.length; start += READ_CHUNK_KEYS) {
        const chunk = indices.slice(start, start + READ_CHUNK_KEYS);
        const pipeline = client.pipeline();
        for (const index of chunk) add(pipeline, index);
        this.#await(chunk.length, pipeline.exec(), (results) => {
          for (let i = 0; i < chunk.length; i += 1) {
            const index = chunk[i] as number;
            // The driver refuses a pipeline as a whole when its slots have just come to be on several nodes.
            const [error, value] = results instanceof Error ? [results] : (results?.[i] ?? [notAnswered()]);
            if (error !== null && (results instanceof Error || isRedirection(error))) {
              this.#await(1, sendSingly(index), (again) => settle(index, again));
            } else settle(index, error ?? value);
          }
        });
      }
    }
  }

  /**
   * What is sent in one turn of the event loop leaves in one piece: the call of the system that sends it takes more
   * time than all else of a small read, here and in the server.
   */
  #gather({ status, stream }: Redis): void {
    if (status !== 'ready' || this.#corked.has(stream)) return;
    stream.cork();
    this.#corked.add(stream);
    setImmediate(() => {
      this.#corked.delete(stream);
      stream.uncork();
    });
  }

  /** Counts what is unanswered, and turns a rejection into an answer. */
  #await<T>(commands: number, answer: Promise<T>, settle: (result: T | Error) => void): void {
    this.#unanswered += commands;
    answer.then(
      (value) => {
        this.#unanswered -= commands;
        settle(value);
      },
      (error: Error) => {
        this.#unanswered -= commands;
        settle(error);
      },
    );
  }

  /** Why nothing should be sent now, or `undefined`. */
  refusal(): string | undefined {
    if (this.#client instanceof Cluster && this.#client.slots.length === 0) return 'no node is reached';
    if (this.#unanswered <= UNANSWERED_MAX) return undefined;
    return `${this.#unanswered} commands are unanswered`;
  }
}

/** Opens the connections; see `openRedisClient` about servers that are not there, and about errors. */
export async function openRedisConnection(
  options: RedisOptions,
  random: () => number,
): Promise<RedisConnection> {
  const client = await openRedisClient(options, random);
  return new RedisConnection(client, openReplicas(options, random));
}

/** Indices of keys by the nodes that serve them. */
function groupByNode(client: Cluster, keys: readonly string[]): Iterable<number[]> {
  const groups = new Map<string, number[]>();
  const nameOfNodes = new Map<readonly string[] | undefined, string>();
  for (let i = 0; i < keys.length; i += 1) {
    const nodes = client.slots[slotOf(keys[i] as string)];
    let name = nameOfNodes.get(nodes);
    if (name === undefined) {
      name = nodes?.join(';') ?? '';
      nameOfNodes.set(nodes, name);
    }
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [i]);
    else group.push(i);
  }
  return groups.values();
}

function isRedirection(error: Error): boolean {
  return /^(?:MOVED|ASK) /.test(error.message);
}

function isUnknownScript(result: unknown): boolean {
  return result instanceof Error && result.message.startsWith('NOSCRIPT');
}

function notAnswered(): Error {
  return new Error('The pipeline ended without an answer for this command.');
}
