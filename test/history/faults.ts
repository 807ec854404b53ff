/** What goes wrong: each fault happens to a real server or process, for a random while. */
import type { Redis } from 'ioredis';
import type { RedisServer } from '../services/redis.ts';
import type { ProxyFaults, TcpProxy } from '../services/tcp-proxy.ts';
import type { Random } from './random.ts';

/** What faults happen to. */
export interface FaultStage {
  readonly redis: RedisServer;
  /** Past the proxy. */
  readonly redisClient: Redis;
  readonly redisProxy: TcpProxy;
  /** `null` where warm is embedded. */
  readonly warmProxy: TcpProxy | null;
  /** Kills a random writer at once, and starts its next life after the pause; resolves when that writes. */
  killWriter(random: Random, pauseMs: number): Promise<void>;
  freezeWriter(random: Random, durationMs: number): Promise<void>;
}

interface Fault {
  readonly what: string;
  /** Calls may fail meanwhile, so that what they had to tell is told later. Losing content excuses nothing. */
  readonly delaysRecovery: boolean;
  run(stage: FaultStage, random: Random): Promise<void>;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const FAULTS = {
  redisKilled: {
    what: 'Redis killed (SIGKILL), started again empty',
    delaysRecovery: true,
    run: async ({ redis }, random) => {
      await redis.kill();
      await wait(random.between(50, 2000));
      await redis.restart();
    },
  },
  redisFrozen: {
    what: 'Redis frozen (SIGSTOP), then goes on',
    delaysRecovery: true,
    run: async ({ redis }, random) => {
      redis.freeze();
      await wait(random.between(50, 4000));
      redis.thaw();
    },
  },
  redisFlushed: {
    what: 'FLUSHALL',
    delaysRecovery: false,
    run: async ({ redisClient }) => {
      await redisClient.flushall().catch(() => {});
    },
  },
  redisEvicts: {
    what: 'a random part of the keys evicted, some times',
    delaysRecovery: false,
    run: async ({ redisClient }, random) => {
      for (let times = 1 + random.below(12); times > 0; times -= 1) {
        const share = random.between(0.05, 0.9);
        const keys = await redisClient.keys('*').catch(() => []);
        const evicted = keys.filter((key) => !key.startsWith('L') && random.chance(share));
        if (evicted.length > 0) await redisClient.unlink(...evicted).catch(() => {});
        await wait(random.between(0, 250));
      }
    },
  },
  redisFull: {
    what: 'Redis short of memory: evicts by itself, also leases, and refuses writes',
    delaysRecovery: true,
    run: async ({ redisClient }, random) => {
      const used = /used_memory:(\d+)/.exec(await redisClient.info('memory').catch(() => ''))?.[1];
      if (used === undefined) return;
      await redisClient.config('SET', 'maxmemory-policy', 'allkeys-random').catch(() => {});
      const bytes = Math.floor(Number(used) * random.between(0.6, 0.98));
      await redisClient.config('SET', 'maxmemory', `${bytes}`).catch(() => {});
      await wait(random.between(200, 2500));
      await redisClient.config('SET', 'maxmemory', '0').catch(() => {});
    },
  },
  redisSlow: throughProxy('redis', 'answers of Redis late by 5 to 60 ms', (random) => ({
    delayMs: random.between(5, 60),
  })),
  redisSilent: throughProxy('redis', 'nothing passes to or from Redis; connections stay open', () => ({
    silent: true,
  })),
  redisInPieces: throughProxy('redis', 'answers of Redis in pieces, cut in the middle of one', (random) => ({
    pieceBytes: 1 + random.below(400),
    resetAfterBytes: 2000 + random.below(60_000),
  })),
  redisUnreached: downThroughProxy('redis', 'connections to Redis reset and refused'),
  warmSlow: throughProxy('warm', 'answers of warm late by 5 to 150 ms', (random) => ({
    delayMs: random.between(5, 150),
  })),
  warmSilent: throughProxy('warm', 'nothing passes to or from warm; connections stay open', () => ({
    silent: true,
  })),
  warmCut: throughProxy('warm', 'answers of warm cut in the middle of one', (random) => ({
    resetAfterBytes: 2000 + random.below(60_000),
  })),
  warmDown: downThroughProxy('warm', 'connections to warm reset and refused'),
  writerKilled: {
    what: 'a writer killed (SIGKILL), its next life takes its repair log over',
    delaysRecovery: true,
    run: (stage, random) => stage.killWriter(random, random.between(0, 1000)),
  },
  writerFrozen: {
    what: 'a writer frozen (SIGSTOP), then goes on',
    delaysRecovery: true,
    run: (stage, random) => stage.freezeWriter(random, random.between(50, 3000)),
  },
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

type Tier = 'redis' | 'warm';

function throughProxy(tier: Tier, what: string, faultsOf: (random: Random) => ProxyFaults): Fault {
  return {
    what,
    delaysRecovery: true,
    run: async (stage, random) => {
      const proxy = proxyOf(stage, tier);
      proxy?.set(faultsOf(random));
      await wait(random.between(100, 3000));
      proxy?.set({});
    },
  };
}

function downThroughProxy(tier: Tier, what: string): Fault {
  return {
    what,
    delaysRecovery: true,
    run: async (stage, random) => {
      const proxy = proxyOf(stage, tier);
      proxy?.set({ refuse: true });
      proxy?.resetConnections();
      await wait(random.between(100, 3000));
      proxy?.set({});
    },
  };
}

function proxyOf({ redisProxy, warmProxy }: FaultStage, tier: Tier): TcpProxy | null {
  return tier === 'redis' ? redisProxy : warmProxy;
}
