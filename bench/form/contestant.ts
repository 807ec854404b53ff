/** One contestant: a server in a process of its own, and what its parent asks of it. Both halves stand here. */
import { CONTESTANT_CORE, startPinned } from './pinned-process.ts';

/** Where requests go. */
export interface Target {
  /** `http://127.0.0.1:4000` */
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Contestant {
  readonly name: string;
  readonly target: Target;
  /** CPU time of its process so far, all threads together, in microseconds. */
  cpuUs(): Promise<number>;
  /** What it can tell besides, by name. */
  ask(what: string): Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * @param file the contestant's program, which calls `standReady`.
 * @param nodeFlags for its Node.
 */
export async function startContestant(
  name: string,
  file: URL,
  argument: unknown,
  nodeFlags: readonly string[] = [],
): Promise<Contestant> {
  const child = await startPinned(file, argument, CONTESTANT_CORE, nodeFlags);
  return {
    name,
    target: child.ready as Target,
    cpuUs: async () => (await child.ask('cpu')) as number,
    ask: (what) => child.ask(what),
    stop: () => child.stop(),
  };
}

/** For the contestant's program: what it was started with. From here on it ends when its parent lets go of it. */
export function givenArgument<Argument>(): Argument {
  process.once('disconnect', () => process.exit(0));
  return JSON.parse(process.argv[2] ?? 'null') as Argument;
}

/** For the contestant's program, once it listens: tells its CPU time, its `memory` and what else it can, when asked. */
export function standReady(
  target: Target,
  tellers: Readonly<Record<string, () => Promise<unknown>>> = {},
): void {
  process.on('message', async (asked: string) => {
    const { user, system } = process.cpuUsage();
    const tell = tellers[asked];
    if (tell !== undefined) process.send?.(await tell());
    else process.send?.(asked === 'memory' ? process.memoryUsage.rss() : user + system);
  });
  process.send?.(target);
}

export const JSON_HEADERS: Readonly<Record<string, string>> = { 'content-type': 'application/json' };
