/** Opens the metering of answers, where the configuration has a folder for it. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { UsageSinkOptions } from './config/usage-shape.ts';
import type { Config } from './config.ts';
import { systemClock } from './core/clock.ts';
import { systemRandom } from './core/random.ts';
import { customizationHash } from './features/customization.ts';
import type { Logger } from './observability/logger.ts';
import type { Metrics } from './observability/metrics.ts';
import { FileSink } from './tenancy/usage/file-sink.ts';
import { HttpSink } from './tenancy/usage/http-sink.ts';
import { type UsageObserver, UsageRecorder } from './tenancy/usage/usage-recorder.ts';
import type { UsageSink } from './tenancy/usage/usage-sink.ts';

export function openUsage(
  { usage: { folder, maxBytes, sinks }, tenants }: Config,
  logger: Logger,
  metrics: Metrics,
): UsageRecorder | null {
  if (folder === null) return null;
  const hashes = new Map(Object.entries(tenants).map(([tenant, own]) => [tenant, customizationHash(own)]));
  const recorder = new UsageRecorder({
    customizationOf: (tenant) => hashes.get(tenant) ?? null,
    ...{ folder, maxBytes, wallClock: systemClock },
    sinks: new Map(Object.entries(sinks).map(([name, options]) => [name, openSink(options)])),
    // Begins with the time, so that later logs sort later; no other process has it.
    processId: `${new Date(systemClock.nowMs()).toISOString().replace(/[:.-]/g, '')}-${randomBytes(4).toString('hex')}`,
    random: systemRandom,
    observer: observerOf(logger, metrics),
  });
  recorder.start();
  return recorder;
}

/** Where it is, for who reads it: also where nothing is written at the moment. */
export function usageFolder({ usage, dataFolder }: Config): string {
  return usage.folder ?? path.join(dataFolder, 'usage');
}

function openSink(options: UsageSinkOptions): UsageSink {
  return options.kind === 'file' ? new FileSink(options.folder) : new HttpSink(options);
}

function observerOf(logger: Logger, metrics: Metrics): UsageObserver {
  return {
    recorded: () => metrics.usageEvents.inc(),
    lost: (reason, events, err) => {
      metrics.usageEventsLost.inc({ reason }, events);
      logger.error({ err, reason, events }, 'events of usage are lost: these answers are on no bill');
    },
    sent: (sink, events) => metrics.usageEventsForwarded.inc({ sink }, events),
    failed: (sink, err, nextTryMs) => {
      metrics.usageForwardFailures.inc({ sink });
      logger.warn({ err, sink, nextTryMs }, 'a sink of usage takes nothing; it is tried again');
    },
    unkept: (err) => logger.error({ err }, 'the folder of usage cannot be kept; it is tried again'),
  };
}
