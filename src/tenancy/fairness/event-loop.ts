import { performance } from 'node:perf_hooks';

/** The rounds of the event loop, as far as the gate needs to know of them. */
export interface EventLoop {
  /** How long it has had nothing to do, in all, in ms: another number whenever it has looked for news and slept for any. */
  idleMs(): number;
  /** Once what is there to be read in this round is read. */
  afterRound(turn: () => void): void;
}

export const nodeEventLoop: EventLoop = {
  idleMs: () => performance.nodeTiming.idleTime,
  afterRound: (turn) => void setImmediate(turn),
};
