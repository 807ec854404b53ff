import { SingleBar } from 'cli-progress';

/** One line that shows how far something is. Where there is no terminal it says nothing. */
export interface ProgressBar {
  /** @param fraction 0 to 1 @param what what is being done now */
  update(fraction: number, what: string): void;
  stop(): void;
}

const STEPS = 1000;

export function createProgressBar(): ProgressBar {
  if (!process.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const bar = new SingleBar({
    stream: process.stderr,
    format: '{bar} {percentage} %  {what}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false, // signals are ours
  });
  bar.start(STEPS, 0, { what: '' });
  return {
    update: (fraction, what) => bar.update(Math.round(Math.min(1, Math.max(0, fraction)) * STEPS), { what }),
    stop: () => bar.stop(),
  };
}
