import cluster, { type Worker } from 'node:cluster';
import type { Health } from '../../../gateway/http/health-routes.ts';
import type { Addresses } from '../../front.ts';
import type { MetricValues } from '../../observability/worker-metrics.ts';

/** What a worker and the primary say to each other; both ends stand here. */
export interface WorkerAnswers {
  readonly health: Health;
  readonly metrics: MetricValues;
}

type Question = keyof WorkerAnswers;

/** What a worker can tell about itself. */
export type Tellers = { readonly [Name in Question]: () => Promise<WorkerAnswers[Name]> };

interface Listening {
  readonly listening: Addresses;
}
interface Asked {
  readonly asked: number;
  readonly question: Question;
}
interface Answered {
  readonly answered: number;
  readonly answer: unknown;
}

/** A worker that is busy for longer is left out of what is told. */
const ANSWER_MAX_MS = 2_000;

/** In a worker, once it listens: tells so, and answers from then on. */
export function standAsWorker(addresses: Addresses, tellers: Tellers): void {
  process.on('message', (message: Partial<Asked>) => {
    const { asked, question } = message;
    if (asked === undefined || question === undefined) return;
    const send = (answer: unknown): void => {
      if (process.connected) process.send?.({ answered: asked, answer } satisfies Answered);
    };
    tellers[question]().then(send, () => send(null));
  });
  process.send?.({ listening: addresses } satisfies Listening);
}

/** In the primary: resolves when the worker listens; never where it ends before. */
export function whenListening(worker: Worker): Promise<Addresses> {
  return new Promise((resolve) => {
    worker.on('message', (message: Partial<Listening>) => {
      if (message.listening !== undefined) resolve(message.listening);
    });
  });
}

let questions = 0;

/** In the primary. @returns `null` from a worker that cannot tell, has ended or is too busy. */
export function askWorker<Name extends Question>(
  worker: Worker,
  question: Name,
): Promise<WorkerAnswers[Name] | null> {
  questions += 1;
  const asked = questions;
  return new Promise((resolve) => {
    const settle = (answer: unknown): void => {
      clearTimeout(timer);
      worker.off('message', onMessage);
      worker.off('exit', onExit);
      resolve(answer as WorkerAnswers[Name] | null);
    };
    const onMessage = (message: Partial<Answered>): void => {
      if (message.answered === asked) settle(message.answer);
    };
    const onExit = (): void => settle(null);
    const timer = setTimeout(onExit, ANSWER_MAX_MS);
    worker.on('message', onMessage);
    worker.once('exit', onExit);
    if (worker.isConnected())
      worker.send({ asked, question } satisfies Asked, (error) => error && settle(null));
    else settle(null);
  });
}

export function isWorker(): boolean {
  return cluster.isWorker;
}
