/**
 * A process that takes itself for one of another machine: by its name and its clock, and so that nobody has to wait for
 * a minute, with all times of usage logs forty times as short.
 */
import { changeSource } from '../changed-source.ts';

export interface Machine {
  readonly name: string;
  readonly clockAheadMs: number;
}

/** Longer than a file must be silent before it is taken. */
export const SILENCE_MS = 2_500;

/** To be called before the product is loaded. */
export function plantMachine({ name, clockAheadMs }: Machine): void {
  const folder = 'src/tenancy/usage';
  const changes: readonly (readonly [string, string, string])[] = [
    ['src/stores/file-owner.ts', 'const HOST = hostname()', `const HOST = '${name}'`],
    [`${folder}/silent-files.ts`, 'SILENT_AFTER_MS = 60_000', 'SILENT_AFTER_MS = 1_500'],
    [`${folder}/usage-recorder.ts`, 'KEEP_EVERY_MS = 10_000', 'KEEP_EVERY_MS = 250'],
    [`${folder}/usage-log.ts`, 'STOOD_STILL_MS = 30_000', 'STOOD_STILL_MS = 750'],
    ['src/core/clock.ts', 'nowMs: () => Date.now(),', `nowMs: () => Date.now() + ${clockAheadMs},`],
  ];
  for (const [file, from, to] of changes) changeSource(`another machine in ${file}`, { file, from, to });
}
