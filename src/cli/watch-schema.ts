import { type FSWatcher, watch } from 'node:fs';

/**
 * Calls back when something in a schema folder was changed, once for all files of one save. Editors write a file
 * in several steps (truncate, write, rename), so a change counts when the folder has been quiet for a moment.
 */
export interface SchemaWatch {
  close(): void;
}

/** Long enough for an editor's steps, short enough that nobody waits for it, in ms. */
const QUIET_MS = 80;
const SCHEMA_FILE = /\.(?:graphql|m?ts|m?js)$/;

/** @param onChange is not called again before its promise has settled; a change meanwhile calls it once more. */
export function watchSchema(folder: string, onChange: () => Promise<void>): SchemaWatch {
  let quiet: NodeJS.Timeout | undefined;
  let running = false;
  let again = false;
  const run = async (): Promise<void> => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    do {
      again = false;
      await onChange();
    } while (again);
    running = false;
  };
  const watcher: FSWatcher = watch(folder, (_event, file) => {
    if (file !== null && !SCHEMA_FILE.test(file)) return;
    clearTimeout(quiet);
    quiet = setTimeout(() => void run(), QUIET_MS);
  });
  // The folder itself was taken away: there is nothing left to watch, and what is served stays.
  watcher.on('error', () => watcher.close());
  return {
    close: () => {
      clearTimeout(quiet);
      watcher.close();
    },
  };
}
