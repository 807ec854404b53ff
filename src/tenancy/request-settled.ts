import type { RequestUsage } from '../core/request-usage.ts';

/** What one answer to a tenant was worth, told once, when its body is known and before its first byte leaves. */
export interface RequestSettled {
  readonly tenant: string;
  readonly namespace: string;
  /** Name of the operation, or the start of its document's hash; `null` where no document was found. */
  readonly operation: string | null;
  /** May be the client's own, so it is no key of anything. */
  readonly requestId: string;
  /** In units, by the formula of the operation; `null` where the request was refused before it was estimated. */
  readonly estimatedCost: number | null;
  /** In units; 0 where the request was refused whole. The same as the client is told. */
  readonly actualCost: number;
  /** `null` where nothing was executed. */
  readonly usage: Readonly<RequestUsage> | null;
  /** Of the answer's body, before what it tells of its own cost. */
  readonly bytes: number;
  /** `failed`: no data. */
  readonly outcome: 'ok' | 'partial' | 'failed';
  /** A code of the catalogue, where it failed. */
  readonly reason: string | null;
}
