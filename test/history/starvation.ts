/** A process that gets no time of the machine is as good as frozen: it tells so itself, afterwards. */
import { KIND, monotonicMs, type OperationLog } from './operation-log.ts';

const EVERY_MS = 100;
/** Longer than a collection of garbage, and short against what recovery may take. */
const STARVED_MS = 500;

/** Logs from now on each time that nothing of this process ran for long. */
export function watchStarvation(log: OperationLog): void {
  let lastMs = monotonicMs();
  setInterval(() => {
    const nowMs = monotonicMs();
    if (nowMs - lastMs > EVERY_MS + STARVED_MS) {
      const times = { startMs: lastMs, endMs: nowMs };
      log.add({ kind: KIND.STARVED, outcome: 0, asked: 0, cell: 0, order: 0, ...times });
    }
    lastMs = nowMs;
  }, EVERY_MS).unref();
}
