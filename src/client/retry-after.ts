/** How long to wait before a request is sent again. */

const FIRST_WAIT_MS = 25;
/** A longer wait between two tries helps no online request. */
const LONGEST_WAIT_MS = 1000;

/**
 * @param attempt how many requests were sent, 1 or more.
 * @param retryAfterMs what the server asks for; `null` when it says nothing.
 * @param random at least 0, below 1. Without it all clients of a server that came back would return at once.
 */
export function waitBeforeRetry(attempt: number, retryAfterMs: number | null, random: number): number {
  const backoffMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
  return retryAfterMs === null ? backoffMs * random : retryAfterMs + FIRST_WAIT_MS * random;
}

/**
 * Reads `Retry-After`: seconds, or a moment. A moment is measured from the server's own `Date`, because the
 * client's clock may be wrong; without that header it is not used.
 */
export function parseRetryAfter(retryAfter: string | null, date: string | null): number | null {
  if (retryAfter === null) return null;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const waitMs = Date.parse(retryAfter) - Date.parse(date ?? '');
  return Number.isNaN(waitMs) ? null : Math.max(0, waitMs);
}
