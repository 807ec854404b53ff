import type { Commands } from './program.ts';

/** Commands over what only the repository has; the package, which begins at bin.ts, is without them. */
export const REPOSITORY_COMMANDS: Commands = {
  start: async () => (await import('./commands/start.ts')).addStart,
  'load-example': async () => (await import('./commands/load-example.ts')).addLoadExample,
};
