/** The rows of the fault table, each loaded when it is run: a protection is switched off before. */
import type { FaultRow } from './fault-row.ts';

const ROWS: Readonly<Record<string, () => Promise<{ readonly row: FaultRow }>>> = {
  R1: () => import('./rows/redis-killed.ts'),
  R2: () => import('./rows/redis-frozen.ts'),
  R2B: () => import('./rows/budgets-frozen.ts'),
  R3: () => import('./rows/redis-slow.ts'),
  R4: () => import('./rows/redis-connection-broken.ts'),
  R5: () => import('./rows/redis-refuses.ts'),
  R6: () => import('./rows/redis-flushed.ts'),
  R7: () => import('./rows/hot-key-expires.ts'),
  R8: () => import('./rows/cluster-fails-over.ts'),
  R9: () => import('./rows/late-older-write.ts'),
  W1: () => import('./rows/warm-killed.ts'),
  W2: () => import('./rows/warm-slow.ts'),
  W3: () => import('./rows/both-tiers-killed.ts'),
  G4: () => import('./rows/gateway-killed.ts'),
  D1: () => import('./rows/embedded-killed.ts'),
  D2: () => import('./rows/disk-full.ts'),
  D3: () => import('./rows/file-damaged.ts'),
  K4: () => import('./rows/event-times.ts'),
  K5: () => import('./rows/deletes-hold.ts'),
  L1: () => import('./rows/overloaded.ts'),
  L2: () => import('./rows/loop-hogged.ts'),
  L3: () => import('./rows/retry-storm.ts'),
  P2: () => import('./rows/values-too-old.ts'),
};

export const ROW_IDS: readonly string[] = Object.keys(ROWS);

export async function loadRow(id: string): Promise<FaultRow> {
  return (await (ROWS[id] as () => Promise<{ readonly row: FaultRow }>)()).row;
}
