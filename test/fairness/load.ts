/** Load of one tenant: at a rate whatever is answered when, or as much as so many connections take. */
import { Worker } from 'node:worker_threads';
import { Pool } from 'undici';
import { ask } from './ask.ts';
import { Tally } from './tally.ts';

export interface Asking {
  readonly url: string;
  readonly key: string;
  /** Of the request of this number. */
  readonly body: (number: number) => string;
}

export interface Load {
  /** What came so far since the last call of `take`. */
  readonly tally: Readonly<Tally>;
  /** What came since the last call. */
  take(): Tally;
  /** Sends no more, and waits for what is under way. */
  stop(): Promise<Tally>;
  /** Sends no more, and lets all connections go, whatever is under way. */
  abandon(): Promise<void>;
}

const TICK_MS = 2;
/** Open at once, of one load: each holds one request. */
const CONNECTIONS_MAX = 512;
const ANSWER_MAX_MS = 60_000;

class Sender {
  readonly #asking: Asking;
  readonly #pool: Pool;
  readonly #underWay = new Set<Promise<void>>();
  #number = 0;
  #isGone = false;
  tally = new Tally();

  constructor(asking: Asking, connections: number) {
    this.#asking = asking;
    this.#pool = new Pool(asking.url, { connections, bodyTimeout: ANSWER_MAX_MS });
  }

  /** @param onAnswer told its status; 0 where there is none. */
  send(onAnswer: (status: number) => void): void {
    if (this.#isGone) return;
    this.tally.offered += 1;
    const body = this.#asking.body(this.#number);
    this.#number += 1;
    const done = ask(this.#pool, this.#asking.key, body)
      .then(
        (answered) => {
          this.tally.add(answered);
          onAnswer(answered.status);
        },
        (error: Error) => {
          this.tally.broken.push(error.message);
          onAnswer(0);
        },
      )
      .finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }

  take(): Tally {
    const taken = this.tally;
    this.tally = new Tally();
    return taken;
  }

  async abandon(): Promise<void> {
    this.#isGone = true;
    await this.#pool.destroy();
    await Promise.all(this.#underWay);
  }

  async end(): Promise<Tally> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    await this.#pool.close();
    return this.take();
  }
}

/**
 * Clients that know nothing of each other.
 * @param requestsPerSecond as it is to be now. @param retries how often who is refused comes again, at once.
 */
export function askAtRate(asking: Asking, requestsPerSecond: () => number, retries = 0): Load {
  const sender = new Sender(asking, CONNECTIONS_MAX);
  const send = (triesLeft: number): void =>
    sender.send((status) => {
      if (status === 503 && triesLeft > 0) send(triesLeft - 1);
    });
  let lastMs = performance.now();
  let due = 0;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    due += ((nowMs - lastMs) / 1000) * requestsPerSecond();
    lastMs = nowMs;
    for (; due >= 1; due -= 1) send(retries);
  }, TICK_MS);
  return {
    get tally() {
      return sender.tally;
    },
    take: () => sender.take(),
    stop: async () => {
      clearInterval(timer);
      return sender.end();
    },
    abandon: async () => {
      clearInterval(timer);
      await sender.abandon();
    },
  };
}

/** As `askAtRate`, at times that nobody else's depend on: for what a few requests are to each other. */
export function askAtRandom(asking: Asking, requestsPerSecond: number): Load {
  const sender = new Sender(asking, CONNECTIONS_MAX);
  const pacer = new Worker(new URL('./pacer.ts', import.meta.url), { workerData: { requestsPerSecond } });
  pacer.on('message', () => sender.send(() => {}));
  return {
    get tally() {
      return sender.tally;
    },
    take: () => sender.take(),
    stop: async () => {
      await pacer.terminate();
      return sender.end();
    },
    abandon: async () => {
      await pacer.terminate();
      await sender.abandon();
    },
  };
}

/** So many clients, each of which asks again when it is answered, and a little later when it is refused. */
export function askByConnections(asking: Asking, connections: number): Load {
  const sender = new Sender(asking, connections);
  let isStopped = false;
  const send = (): void => {
    if (isStopped) return;
    sender.send((status) => {
      if (status === 200) send();
      else setTimeout(send, REFUSED_PAUSE_MS);
    });
  };
  for (let i = 0; i < connections; i += 1) send();
  return {
    get tally() {
      return sender.tally;
    },
    take: () => sender.take(),
    stop: async () => {
      isStopped = true;
      return sender.end();
    },
    abandon: () => sender.abandon(),
  };
}

const REFUSED_PAUSE_MS = 20;
