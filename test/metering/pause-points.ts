/**
 * Moments in the life of an answer at which a gateway stands still, to be killed there: before its event is written,
 * between that and the answer, and when the answer has left. They exist in this program only.
 */
import { writeFileSync } from 'node:fs';
import { changeSource } from '../changed-source.ts';

export const PAUSE_POINTS = ['append', 'answer', 'settle'] as const;
export type PausePoint = (typeof PAUSE_POINTS)[number];

export interface Pause {
  readonly at: PausePoint;
  /** Counted in writes of the log: the first is 1. */
  readonly write: number;
  /** Is there when the gateway stands still, and says where. */
  readonly marker: string;
}

const FILE = 'src/tenancy/usage/usage-log.ts';

/** To be called before the product is loaded. */
export function plantPause({ at, write, marker }: Pause): void {
  let writes = 0;
  (globalThis as { pauseAt?: (point: PausePoint) => void }).pauseAt = (point) => {
    if (point === 'append') writes += 1;
    if (point !== at || writes < write) return;
    writeFileSync(marker, point);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  };
  const append = 'this.#write(waiting);';
  const leave = 'for (const { done } of waiting) done();';
  changeSource('the write of events', { file: FILE, from: append, to: `pauseAt('append'); ${append}` });
  changeSource('the leave of answers', {
    file: FILE,
    from: leave,
    // Node hands an answer to the system at the end of the turn.
    to: `pauseAt('answer'); ${leave} setImmediate(() => pauseAt('settle'));`,
  });
}

/** The bug that all this is to catch: an answer that leaves before its event is written. */
export function plantLateEvents(): void {
  const record = 'this.#log.record(settled, done);';
  changeSource('the record of an answer', {
    file: 'src/tenancy/usage/usage-recorder.ts',
    from: record,
    to: 'done(); setTimeout(() => this.#log.record(settled, () => {}), 5);',
  });
}
