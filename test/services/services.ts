import { get } from 'node:http';
import { inject, test } from 'vitest';
import type { ServiceAddress, ServiceAnswer, ServiceName } from './service-keeper.ts';
import { ServiceUnavailableHere } from './service-unavailable-here.ts';

/**
 * The real servers that test files share: started at the first request of a run, stopped at its end. A test that
 * kills or freezes a server starts one of its own (`redis.ts`, `cassandra.ts`, …) instead.
 */
export async function requireRedis(): Promise<ServiceAddress> {
  return (await addressesOf('redis'))[0] as ServiceAddress;
}

/** Some nodes of the cluster; a client finds the others. */
export function requireRedisCluster(): Promise<readonly ServiceAddress[]> {
  return addressesOf('redis-cluster');
}

export interface CassandraAddress extends ServiceAddress {
  readonly localDataCenter: string;
}

export async function requireCassandra(): Promise<CassandraAddress> {
  const [node] = await addressesOf('cassandra');
  return { ...(node as ServiceAddress), localDataCenter: 'datacenter1' };
}

/**
 * Declares tests that need something: they run where it can be had. Elsewhere one skipped test says what is
 * missing and why, which the end of `npm test` repeats, and which fails where everything must run (`CI=true`).
 * Await it at the top of a test file.
 * @param acquire one of the functions above, or one that starts a server of the file's own.
 */
export async function withService<T>(
  acquire: () => Promise<T>,
  declare: (service: T) => void,
): Promise<void> {
  let service: T;
  try {
    service = await acquire();
  } catch (error) {
    if (!(error instanceof ServiceUnavailableHere)) throw error;
    test.skip(error.message, () => {});
    return;
  }
  declare(service);
}

async function addressesOf(name: ServiceName): Promise<readonly ServiceAddress[]> {
  const answer = await ask(`${inject('serviceKeeperUrl')}/${name}`);
  if ('unavailable' in answer) throw new ServiceUnavailableHere(name, answer.unavailable);
  if ('failed' in answer) throw new Error(`${name} did not start: ${answer.failed}`);
  return answer.nodes;
}

/** Without a time limit of its own: a first start fetches what is missing, and the keeper has bounds for that. */
function ask(url: string): Promise<ServiceAnswer> {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => resolve(JSON.parse(text) as ServiceAnswer));
      response.on('error', reject);
    }).on('error', reject);
  });
}
