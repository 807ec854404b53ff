/** The server under test, as a process of its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { FairnessListening, FairnessOrder, LoopSeen } from './fairness-child.ts';

export interface FairnessFront extends FairnessListening {
  /** Since it was asked last. */
  seen(): Promise<LoopSeen>;
  /** Sum of a metric over its labels, or of those with this text. */
  metric(name: string, labels?: string): Promise<number>;
  end(): Promise<void>;
}

const CHILD = path.join(import.meta.dirname, 'fairness-child.ts');

export async function startFairnessFront(order: FairnessOrder): Promise<FairnessFront> {
  const child = fork(CHILD, [JSON.stringify(order)], {
    execArgv: ['--no-warnings'],
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const listening = await answerOf<FairnessListening>(child);
  return {
    ...listening,
    seen: async () => {
      const answer = answerOf<LoopSeen>(child);
      child.send('seen');
      return answer;
    },
    metric: async (name, labels = '') => {
      const text = await (await fetch(`${listening.adminUrl}/metrics`)).text();
      const lines = text.split('\n').filter((line) => /^[^#]/.test(line) && line.split(/[ {]/)[0] === name);
      return lines
        .filter((line) => line.includes(labels))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
    },
    end: async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/** @throws {Error} when it ends instead. */
function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => {
      child.off('message', answered);
      reject(new Error(`The server ended with ${code}.`));
    };
    const answered = (answer: unknown): void => {
      child.off('exit', ended);
      resolve(answer as Answer);
    };
    child.once('exit', ended);
    child.once('message', answered);
  });
}
