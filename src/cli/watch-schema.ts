import { type FSWatcher, watch } from 'node:fs';

/**
 * Calls back when something in a schema folder was changed, once for all files of one save. Editors write a file
 * in several steps (truncate, write, rename), so a change counts when the folder has been quiet for a moment.
 */
export interface SchemaWatch {
  /**
   * @param onChange is called from now on, and at once where something was changed before. It is not called again
   *   before its promise has settled; a change meanwhile calls it once more.
   */
  begin(onChange: () => Promise<void>): void;
  close(): void;
}

/** Long enough for an editor's steps, short enough that nobody waits for it, in ms. */
const QUIET_MS = 80;
const SCHEMA_FILE = /\.(?:graphql|m?ts|m?js)$/;

/**
 * To be called before the schema is read: what is saved while a server starts is served too. A folder that cannot be
 * watched has no changes.
 */
export function watchSchema(folder: string): SchemaWatch {
  let quiet: NodeJS.Timeout | undefined;
  let begun: (() => Promise<void>) | null = null;
  let running = false;
  let changed = false;
  const run = async (): Promise<void> => {
    if (running || begun === null) return;
    running = true;
    while (changed) {
      changed = false;
      await begun();
    }
    running = false;
  };
  const watcher = open(folder, (file) => {
    if (file !== null && !SCHEMA_FILE.test(file)) return;
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      changed = true;
      void run();
    }, QUIET_MS);
  });
  return {
    begin: (onChange) => {
      begun = onChange;
      void run();
    },
    close: () => {
      clearTimeout(quiet);
      watcher?.close();
    },
  };
}

function open(folder: string, onEvent: (file: string | null) => void): FSWatcher | null {
  try {
    const watcher = watch(folder, (_event, file) => onEvent(file));
    // The folder itself was taken away: there is nothing left to watch, and what is served stays.
    watcher.on('error', () => watcher.close());
    // What serves keeps the process; one that fails to start ends.
    watcher.unref();
    return watcher;
  } catch {
    return null;
  }
}
