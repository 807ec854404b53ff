/** Answers to be metered, and a recorder that tells what happened to them. */
import { systemClock } from '../../src/core/clock.ts';
import type { RequestSettled } from '../../src/tenancy/request-settled.ts';
import { type UsageObserver, UsageRecorder } from '../../src/tenancy/usage/usage-recorder.ts';
import type { UsageSink } from '../../src/tenancy/usage/usage-sink.ts';

/** An answer of one block to a tenant. */
export function settled(requestId: string, more: Partial<RequestSettled> = {}): RequestSettled {
  return {
    ...{ tenant: 'acme', namespace: 'acme', operation: 'Models', requestId },
    ...{ estimatedCost: 2, actualCost: 1, bytes: 100, outcome: 'ok', reason: null },
    usage: { blocks: 1, remoteFetches: 0, foreignEntities: 0, transforms: 0 },
    ...more,
  };
}

export interface Told {
  readonly recorder: UsageRecorder;
  readonly lost: [why: string, events: number][];
  readonly failed: string[];
}

let processes = 0;

export function openRecorder(
  folder: string,
  sinks: Readonly<Record<string, UsageSink>> = {},
  maxBytes = 1024 ** 3,
): Told {
  const lost: [string, number][] = [];
  const failed: string[] = [];
  const observer: UsageObserver = {
    recorded: () => {},
    sent: () => {},
    lost: (why, events) => lost.push([why, events]),
    failed: (sink) => failed.push(sink),
    unkept: (error) => {
      throw error;
    },
  };
  processes += 1;
  const recorder = new UsageRecorder({
    ...{ folder, maxBytes, observer, wallClock: systemClock, random: () => 0 },
    sinks: new Map(Object.entries(sinks)),
    customizationOf: (tenant) => (tenant === 'custom' ? 'abc' : null),
    processId: `p${String(processes).padStart(4, '0')}`,
  });
  recorder.start();
  return { recorder, lost, failed };
}

export function record(recorder: Pick<UsageRecorder, 'record'>, one: RequestSettled): Promise<void> {
  return new Promise((resolve) => recorder.record(one, resolve));
}
