import { systemClock } from '../core/clock.ts';
import { note } from './output.ts';

/** How a command that runs on is ended: Ctrl-C, SIGTERM, a closed terminal, or the launcher's death. */
export interface Ending {
  /** Aborted when somebody wants the command to end. */
  readonly signal: AbortSignal;
  /** Resolves then. */
  readonly wanted: Promise<void>;
  /** Closes in bounded time. */
  close(closeAll: () => Promise<void>): Promise<void>;
}

/** One Ctrl-C arrives up to three times: from the terminal, from npm and from the launcher. */
const SAME_SIGNAL_MS = 1000;
/** How long running requests may take to end, before the process ends without them. */
const CLOSE_MAX_MS = 10_000;
const EXIT_FORCED = 130;

/** From here on signals end the command in good order; a second Ctrl-C ends it at once. */
export function watchForEnding(): Ending {
  const controller = new AbortController();
  const wanted = new Promise<void>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  let wantedAtMs = Number.POSITIVE_INFINITY;
  const end = (): void => {
    const nowMs = systemClock.monotonicMs();
    if (nowMs - wantedAtMs > SAME_SIGNAL_MS) process.exit(EXIT_FORCED);
    wantedAtMs = Math.min(wantedAtMs, nowMs);
    controller.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  process.on('disconnect', end);
  return {
    signal: controller.signal,
    wanted,
    close: async (closeAll) => {
      const hurry = setTimeout(() => {
        note(`Requests still ran after ${CLOSE_MAX_MS / 1000} s; ending without them.`);
        process.exit(EXIT_FORCED);
      }, CLOSE_MAX_MS);
      await closeAll();
      clearTimeout(hurry);
    },
  };
}
