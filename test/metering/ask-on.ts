/** Clients that go on asking one gateway until it is gone, and remember what they received. */
export interface Received {
  readonly requestId: string;
  /** As the answer told it: one for each aircraft. */
  readonly cost: number;
  /** Let without the store of budgets, which was not in time: charged to none. */
  readonly isLocal: boolean;
}

export interface Asking {
  readonly received: Received[];
  /** Ends with the gateway. @returns how many requests had no whole answer. */
  readonly ended: Promise<number>;
}

const CLIENTS = 8;

class WrongCost extends Error {}

export function askOn(url: string, apiKey: string, run: number): Asking {
  const received: Received[] = [];
  let inFlight = 0;
  const client = async (number: number): Promise<void> => {
    for (let i = 0; ; i += 1) {
      const requestId = `run${run}-client${number}-${i}`;
      const keys = 1 + ((number + i) % 5);
      try {
        const response = await fetch(`${url}/graphql`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${apiKey}`,
            'content-type': 'application/json',
            'x-request-id': requestId,
          },
          body: JSON.stringify({
            query: 'query Models($tailnums: [ID!]!) { aircraftList(tailnums: $tailnums) { model } }',
            variables: { tailnums: Array.from({ length: keys }, (_one, at) => `N${i}X${at}`) },
          }),
        });
        const text = await response.text();
        if (response.status !== 200) throw new TypeError(`got status ${response.status}`);
        const cost: unknown = JSON.parse(text).extensions?.cost?.actualQueryCost;
        if (cost !== keys) throw new WrongCost(`${keys} aircraft cost ${cost}`);
        const isLocal = response.headers.get('featuregraph-budget') === 'local';
        received.push({ requestId, cost: keys, isLocal });
      } catch (error) {
        if (error instanceof WrongCost) throw error;
        // Asked after the kill, it was never in flight.
        const cause = (error as { cause?: { code?: string } }).cause;
        if (cause?.code !== 'ECONNREFUSED') inFlight += 1;
        return;
      }
    }
  };
  const ended = Promise.all(Array.from({ length: CLIENTS }, (_one, number) => client(number))).then(
    () => inFlight,
  );
  return { received, ended };
}
