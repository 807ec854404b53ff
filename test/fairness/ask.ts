/** One question over HTTP, with less work than a client would have: on a small machine load must leave time to what it loads. */
import type { Dispatcher, Pool } from 'undici';

export interface Answered {
  readonly status: number;
  /** Data, and no errors beside it. */
  readonly isWhole: boolean;
  readonly retryAfter: string | null;
  readonly tookMs: number;
  /** That the answer tells; 0 where it tells none. */
  readonly cost: number;
  /** Of the error that stands at the end of a refusal. */
  readonly code: string | null;
}

/** Where an answer tells its cost, which is at its end. */
const END_CHARACTERS = 400;

export function ask(pool: Pool, key: string, body: string): Promise<Answered> {
  const startedMs = performance.now();
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const options: Dispatcher.DispatchOptions = { method: 'POST', path: '/graphql', headers, body };
  return new Promise((resolve, reject) => {
    let status = 0;
    let retryAfter: string | null = null;
    let isWhole = true;
    let end = '';
    pool.dispatch(options, {
      onRequestStart: () => {},
      onResponseStart: (_controller, statusCode, { 'retry-after': told }) => {
        status = statusCode;
        retryAfter = typeof told === 'string' ? told : null;
      },
      onResponseData: (_controller, chunk) => {
        if (end === '' && chunk.toString('latin1', 0, 9) === '{"errors"') isWhole = false;
        end = (end + chunk.toString('latin1', Math.max(0, chunk.length - END_CHARACTERS))).slice(
          -END_CHARACTERS,
        );
      },
      onResponseEnd: () => {
        const cost = Number(/"actualQueryCost":(\d+)/.exec(end)?.[1] ?? 0);
        const code = /"code":"([A-Z_]+)"/.exec(end)?.[1] ?? null;
        resolve({ status, isWhole, retryAfter, tookMs: performance.now() - startedMs, cost, code });
      },
      onResponseError: (_controller, error) => reject(error),
    });
  });
}
