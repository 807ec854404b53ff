/** The events of usage that a command reads: options for where they are and when, and what is told of gaps. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { FeaturegraphError } from '../core/errors.ts';
import { usageFolder } from '../open-usage.ts';
import { readUsage } from '../tenancy/usage/read-usage.ts';
import { SeenEvents } from '../tenancy/usage/seen-events.ts';
import type { UsageEvent } from '../tenancy/usage/usage-event.ts';
import { type CommonOptions, configOf, parseMoment, withConfig } from './common-options.ts';
import { counted, note, paint } from './output.ts';

export interface UsageFlags extends CommonOptions {
  readonly usageFolder?: string;
  readonly tenant?: string;
  readonly csv?: boolean;
}

export function withUsage(command: Command): Command {
  return withConfig(command)
    .option('--data-folder <folder>', 'where usage is, unless usage.folder says')
    .option('--usage-folder <folder>', 'read these events: the folder of a file sink, say')
    .option('--tenant <name>', 'only of this one')
    .option('--csv', 'print CSV');
}

export interface KeptUsage {
  readonly events: AsyncGenerator<UsageEvent>;
  readonly seen: SeenEvents;
}

/** @throws FeaturegraphError BAD_USER_INPUT where nothing is kept. */
export async function keptUsage(flags: UsageFlags): Promise<KeptUsage> {
  const folder =
    flags.usageFolder === undefined ? usageFolder(await configOf(flags)) : path.resolve(flags.usageFolder);
  if (!existsSync(folder))
    throw new FeaturegraphError(
      'BAD_USER_INPUT',
      `There is no usage in ${folder}. Answers are metered where the configuration has usage.folder; --usage-folder reads another.`,
    );
  const seen = new SeenEvents();
  return { events: readUsage(folder, seen), seen };
}

/** What is not there makes every sum too low, so it is told. */
export function noteGaps({ missingEvents, missingLogs }: SeenEvents): void {
  const gaps = [
    ...(missingLogs > 0 ? [counted(missingLogs, 'log')] : []),
    ...(missingEvents > 0 ? [counted(missingEvents, 'event')] : []),
  ];
  if (gaps.length > 0)
    note(
      `${paint.doubtful('!')} ${gaps.join(' and ')} can be told to be missing: removed for usage.maxBytes, or not collected. The sums are too low.`,
    );
}

/** @returns milliseconds since 1970. A day begins at midnight of UTC. */
export function parseDayOrMoment(text: string): number {
  return parseMoment(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
}

export function parseMonth(text: string): string {
  if (!/^\d{4}-(?:0[1-9]|1[0-2])$/.test(text))
    throw new InvalidArgumentError(`Expected a month such as 2026-11, got "${text}".`);
  return text;
}
