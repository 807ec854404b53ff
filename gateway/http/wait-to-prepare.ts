/**
 * A document that was not seen before is parsed, checked and planned before it has a price: some milliseconds of the
 * loop, for one that may read a single row. So it waits for its tenant's turn with that work too, where a process has
 * more to do than it can; nobody pays for it.
 */
import type { Admitted } from './admit-request.ts';

/** In units, of which a thousand take some 3 ms of the processor: what the shortest documents took, and each character. */
const DOCUMENT_UNITS = 900;
const CHARACTER_UNITS = 3;

/**
 * @returns `undefined` where there is nothing to wait for.
 * @throws FeaturegraphError OVERLOADED, then or later.
 */
export function waitToPrepare(
  { gate, identity, state }: Pick<Admitted, 'gate' | 'identity' | 'state'>,
  query: string,
): Promise<void> | undefined {
  const waiting = gate.enter({
    tenant: identity.tenant,
    cost: DOCUMENT_UNITS + CHARACTER_UNITS * query.length,
    bytes: state.bodyBytes,
    deadlineAtMs: state.startedMs + gate.deadlineMs,
  });
  if (waiting !== undefined) return waiting.then(() => gate.leave());
  gate.leave();
}
