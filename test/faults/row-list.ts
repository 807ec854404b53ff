/** The rows of the fault table, each loaded when it is run: a protection is switched off before. */
import type { FaultRow } from './fault-row.ts';

const ROWS: Readonly<Record<string, () => Promise<{ readonly row: FaultRow }>>> = {
  R1: () => import('./rows/redis-killed.ts'),
  R2: () => import('./rows/redis-frozen.ts'),
};

export const ROW_IDS: readonly string[] = Object.keys(ROWS);

export async function loadRow(id: string): Promise<FaultRow> {
  return (await (ROWS[id] as () => Promise<{ readonly row: FaultRow }>)()).row;
}
