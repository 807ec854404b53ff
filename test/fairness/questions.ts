/** What is asked of the server under test, and the rows that it is asked for. */
import type { FairnessFront } from './fairness-front.ts';

export const ITEMS = 2000;

const QUERY = 'query Items($ids: [ID!]!) { itemList(ids: $ids) { name offer } }';

/** A question for so many items, others for each number; a unit of cost is one of them. */
export function questionFor(items: number): (number: number) => string {
  const ids = Array.from({ length: ITEMS }, (_, i) => `i${i}`);
  const bodies = Array.from({ length: 20 }, (_, turn) =>
    JSON.stringify({
      query: QUERY,
      variables: { ids: Array.from({ length: items }, (_, i) => ids[(turn * items + i) % ITEMS]) },
    }),
  );
  return (number) => bodies[number % bodies.length] as string;
}

/** @param tenant one that may write. */
export async function fillItems({ url, keys }: FairnessFront, tenant: string): Promise<void> {
  const eventTime = new Date(Date.now() - 60_000).toISOString();
  const rows = Array.from({ length: ITEMS }, (_, i) =>
    JSON.stringify({ id: `i${i}`, name: `item ${i}`, eventTime }),
  );
  const response = await fetch(`${url}/push/item_facts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keys[tenant]}`, 'content-type': 'application/x-ndjson' },
    body: rows.join('\n'),
  });
  if (response.status !== 200) throw new Error(`The rows were not taken: ${await response.text()}`);
}
