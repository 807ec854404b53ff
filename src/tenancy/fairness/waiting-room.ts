/** Whether a request may wait for its turn, or would wait for too long, or would take others' room. */
import type { PriorityClass } from '../priority-class.ts';
import type { OverloadLimits } from './overload-limits.ts';
import type { TenantBacklog } from './tenant-backlog.ts';
import { BATCH_PART } from './tenant-queue.ts';

export type NoRoom = 'wait' | 'requests' | 'bytes';

export interface Arrival {
  readonly priority: PriorityClass;
  /** In units. */
  readonly cost: number;
  /** Of its body. */
  readonly bytes: number;
  /** How long it is until its deadline. */
  readonly leftMs: number;
}

/** All that waits in the process, and how fast it is served. */
export interface WaitingRoom {
  readonly count: number;
  /** Of all tenants that something waits of. */
  readonly weight: number;
  readonly unitsPerMs: number;
  readonly limits: OverloadLimits;
}

/** Where nobody else waits, so many may until their deadline: a client with a few connections may keep them busy. */
const FEW = 8;
/** A request takes about as much time as so many units, beside those that it costs. Only for how long others wait. */
export const REQUEST_UNITS = 30;
/** Of a tenant's room, BATCH may take so much. */
const BATCH_ROOM_PART = 0.5;

/** @returns why not; `null` where it may wait. Of a tenant that nothing waits of that comes first, nothing is refused. */
export function reasonToRefuse(
  room: WaitingRoom,
  backlog: TenantBacklog,
  arrival: Arrival,
  nowMs: number,
): NoRoom | null {
  const { priority, leftMs } = arrival;
  const isStanding = backlog.isStanding(priority, nowMs);
  const isBatch = priority === 'BATCH';
  const ahead = isBatch ? backlog.count : backlog.lines.INTERACTIVE.count;
  if (ahead === 0) return null;
  const { limits } = room;
  const share = backlog.weight / room.weight;
  const ownShare = isBatch ? share * BATCH_ROOM_PART : share;
  if (backlog.count + 1 > limits.waitingRequests * ownShare) return 'requests';
  if (backlog.bytes + arrival.bytes > limits.waitingBytes * ownShare) return 'bytes';
  const isAlone = room.count === backlog.count;
  const part = isAlone && ahead < FEW ? 1 : isStanding ? limits.standingWait : limits.burstWait;
  const waitMs = unitsAhead(backlog, arrival, nowMs) / (room.unitsPerMs * share);
  return waitMs > leftMs * part ? 'wait' : null;
}

/** Units that are served before it, of its own tenant. */
function unitsAhead(backlog: TenantBacklog, { priority, cost }: Arrival, nowMs: number): number {
  const interactive = unitsOf(backlog.lines.INTERACTIVE);
  const batch = unitsOf(backlog.lines.BATCH);
  if (priority === 'INTERACTIVE')
    return backlog.lines.BATCH.count === 0 ? interactive : (interactive * BATCH_PART) / (BATCH_PART - 1);
  // As long as INTERACTIVE comes and comes, BATCH has but its part; else it waits for what is there.
  const byPart = batch + (batch + cost) * (BATCH_PART - 1);
  return backlog.isStanding('INTERACTIVE', nowMs) ? byPart : Math.min(byPart, interactive + batch);
}

function unitsOf({ cost, count }: { readonly cost: number; readonly count: number }): number {
  return cost + count * REQUEST_UNITS;
}
