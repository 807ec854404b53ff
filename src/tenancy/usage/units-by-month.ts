/** What each tenant used in each month. */
import type { MonthlyUnits } from './make-bill.ts';
import type { UsageEvent } from './usage-event.ts';

/** Sums what tenants used, by month of UTC. @returns by tenant and month. */
export async function unitsByMonth(
  events: AsyncIterable<UsageEvent>,
  only: { readonly tenant?: string | undefined; readonly month?: string | undefined } = {},
): Promise<MonthlyUnits[]> {
  const units = new Map<string, { tenant: string; month: string; units: number }>();
  for await (const { time, data } of events) {
    const { tenant } = data;
    const month = time.slice(0, 'yyyy-mm'.length);
    if (only.tenant !== undefined && only.tenant !== tenant) continue;
    if (only.month !== undefined && only.month !== month) continue;
    const key = `${tenant}\0${month}`;
    const sum = units.get(key) ?? { tenant, month, units: 0 };
    units.set(key, sum);
    sum.units += data.cost;
  }
  return [...units].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}
