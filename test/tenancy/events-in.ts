/** All events in a folder of usage, in the order of its logs; what is no event is left out. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseUsageEvent, type UsageEvent } from '../../src/tenancy/usage/usage-event.ts';

export function eventsIn(folder: string): UsageEvent[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .toSorted()
    .flatMap((name) => readFileSync(path.join(folder, name), 'utf8').split('\n'))
    .map(parseUsageEvent)
    .filter((event) => event !== undefined);
}
