import { systemClock } from '../../../src/core/clock.ts';
import type { RedisOptions } from '../../../src/stores/redis/redis-options.ts';
import type { ServiceAddress } from '../../services/service-keeper.ts';

/** Options for a store over a server of the tests: patient, because the machine has other things to do. */
export const storeOptions = { clock: systemClock, random: Math.random } as const;

export function singleRedis({ host, port }: ServiceAddress, commandTimeoutMs = 2000): RedisOptions {
  return { mode: 'SINGLE', nodes: [{ host, port }], commandTimeoutMs };
}

export function clusterRedis(nodes: readonly ServiceAddress[], commandTimeoutMs = 2000): RedisOptions {
  return { mode: 'CLUSTER', nodes, commandTimeoutMs };
}
