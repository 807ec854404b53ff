import type { RequestSettled } from '../request-settled.ts';

/**
 * What is kept of one answer: a CloudEvent (1.0) in one line of JSON. Its id is its place in its log, so that the same
 * event has the same id however often it is told, and no client can choose one.
 */
export interface UsageEvent {
  readonly specversion: '1.0';
  /** `<log>-<line>` */
  readonly id: string;
  /** The machine that answered. */
  readonly source: string;
  readonly type: typeof USAGE_EVENT_TYPE;
  /** The tenant. */
  readonly subject: string;
  /** ISO 8601, by the machine's clock. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: UsageFacts;
}

export interface UsageFacts {
  readonly tenant: string;
  readonly namespace: string;
  readonly operation: string | null;
  readonly requestId: string;
  readonly outcome: RequestSettled['outcome'];
  readonly reason?: string;
  /** In units, as the client was told. */
  readonly cost: number;
  readonly estimatedCost?: number;
  readonly blocks: number;
  readonly remoteFetches: number;
  readonly foreignEntities: number;
  readonly transforms: number;
  readonly bytes: number;
  /** Hash of the tenant's own defaults and transforms, where it has some. */
  readonly customization?: string;
}

export const USAGE_EVENT_TYPE = 'featuregraph.request.settled.v1';

/** Where and when it is written, and what the tenant was served with. */
export interface EventPlace {
  readonly log: string;
  /** From 1. */
  readonly line: number;
  readonly source: string;
  readonly time: string;
  readonly customization: string | null;
}

export function usageEvent(
  settled: RequestSettled,
  { log, line, source, time, customization }: EventPlace,
): UsageEvent {
  const { tenant, namespace, operation, requestId, outcome, reason, usage, bytes } = settled;
  return {
    specversion: '1.0',
    id: `${log}-${line}`,
    source,
    type: USAGE_EVENT_TYPE,
    subject: tenant,
    time,
    datacontenttype: 'application/json',
    data: {
      ...{ tenant, namespace, operation, requestId, outcome },
      ...(reason === null ? {} : { reason }),
      cost: settled.actualCost,
      ...(settled.estimatedCost === null ? {} : { estimatedCost: settled.estimatedCost }),
      blocks: usage?.blocks ?? 0,
      remoteFetches: usage?.remoteFetches ?? 0,
      foreignEntities: usage?.foreignEntities ?? 0,
      transforms: usage?.transforms ?? 0,
      bytes,
      ...(customization === null ? {} : { customization }),
    },
  };
}

/** @returns `undefined` for what is no event of ours: a line that a kill cut short, say. */
export function parseUsageEvent(line: string): UsageEvent | undefined {
  try {
    const event = JSON.parse(line) as UsageEvent;
    return event?.type === USAGE_EVENT_TYPE && typeof event.id === 'string' ? event : undefined;
  } catch {
    return undefined;
  }
}
