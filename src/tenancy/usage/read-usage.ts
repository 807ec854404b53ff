/** Reads the events of a folder, also while they are written and forwarded, each once. */
import { open } from 'node:fs/promises';
import { SeenEvents } from './seen-events.ts';
import { parseUsageEvent, type UsageEvent } from './usage-event.ts';
import { listUsageFiles } from './usage-files.ts';

/** A log gets a new name when it is done or taken over: it is looked for again. */
const READS_MAX = 10;

/**
 * @param seen gets to know every event that is read.
 * @throws {Error} where a log cannot be read, so that no sum is taken for whole that is not.
 */
export async function* readUsage(
  folder: string,
  seen: SeenEvents = new SeenEvents(),
): AsyncGenerator<UsageEvent> {
  const read = new Set<string>();
  for (let reads = 0; reads < READS_MAX; reads += 1) {
    let moved = false;
    for (const { log, path } of listUsageFiles(folder)) {
      if (read.has(log)) continue;
      try {
        const handle = await open(path);
        for await (const line of handle.readLines()) {
          const event = parseUsageEvent(line);
          if (event !== undefined && seen.add(event.id)) yield event;
        }
        read.add(log);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        moved = true;
      }
    }
    if (!moved) return;
  }
  throw new Error(`Logs in ${folder} got new names faster than they could be read; try again.`);
}
