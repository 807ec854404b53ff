/** What every answer to a tenant with a budget tells of it: in headers, and in the extensions of its body. */
import type { FastifyReply } from 'fastify';
import type { BudgetMark } from '../../src/tenancy/budget/admission.ts';
import type { BudgetState } from '../../src/tenancy/budget/budget-state.ts';
import type { RequestSettled } from '../../src/tenancy/request-settled.ts';
import type { RequestState } from './request-state.ts';

/** How the request was let, where that is not plainly because there was enough. */
export const BUDGET_HEADER = 'featuregraph-budget';

const DAY_SECONDS = 86_400;
const CLOSING_BRACE = 0x7d;
const LINE_FEED = 0x0a;

/** `RateLimit` and `RateLimit-Policy` as the draft of the IETF has them, of what the request's class may spend. */
export function tellInHeaders(reply: FastifyReply, state: BudgetState, mark: BudgetMark | null): void {
  const { maximum, perSecond, dailyQuota } = state;
  const available = Math.max(0, state.available);
  const fullInSeconds = Math.ceil((maximum - available) / perSecond);
  const name = state.priority === 'BATCH' ? '"batch"' : '"budget"';
  let policy = `${name};q=${maximum};w=${Math.ceil(maximum / perSecond)}`;
  let limit = `${name};r=${available};t=${fullInSeconds}`;
  if (dailyQuota !== null) {
    const dayEndsInSeconds = Number.isFinite(state.dayEndsInMs)
      ? Math.ceil(state.dayEndsInMs / 1000)
      : DAY_SECONDS;
    policy += `, "day";q=${dailyQuota};w=${DAY_SECONDS}`;
    limit += `, "day";r=${Math.max(0, dailyQuota - state.usedToday)};t=${dayEndsInSeconds}`;
  }
  reply.header('ratelimit-policy', policy).header('ratelimit', limit);
  if (mark !== null) reply.header(BUDGET_HEADER, mark.toLowerCase());
}

/**
 * `extensions.cost`, put into a body that is whole already: a body is not made anew for it, nor copied where there is
 * room behind it.
 *
 * @returns the body as it is where it is no object.
 */
export function withCost<Body>(
  body: Body,
  { hasExtensions, bodyRoom }: Pick<RequestState, 'hasExtensions' | 'bodyRoom'>,
  settled: RequestSettled,
  state: BudgetState,
): Body | string | Buffer {
  const cost = `"cost":${costText(settled, state)}`;
  const [before, after] = hasExtensions ? [`,${cost}`, '}}\n'] : [`,"extensions":{${cost}`, '}}\n'];
  const closing = hasExtensions ? 2 : 1;
  if (typeof body === 'string') {
    const end = body.trimEnd().length - closing;
    return body[end] === '}' ? `${body.slice(0, end)}${before}${after}` : body;
  }
  if (!Buffer.isBuffer(body)) return body;
  const end = body.length - (body.at(-1) === LINE_FEED ? 1 : 0) - closing;
  if (body[end] !== CLOSING_BRACE) return body;
  const length = end + before.length + after.length;
  const whole =
    bodyRoom !== null && fits(body, bodyRoom, length) ? bodyRoom.subarray(0, length) : copyOf(body, length);
  whole.write(`${before}${after}`, end, 'latin1');
  return whole;
}

/** Another body than the one that was written there has no room behind it. */
function fits(body: Buffer, room: Buffer, length: number): boolean {
  return body.buffer === room.buffer && body.byteOffset === room.byteOffset && length <= room.length;
}

function copyOf(body: Buffer, length: number): Buffer {
  const copy = Buffer.allocUnsafe(length);
  body.copy(copy);
  return copy;
}

function costText(
  { estimatedCost, actualCost }: RequestSettled,
  { maximum, available, perSecond }: BudgetState,
): string {
  const throttle = `{"maximumAvailable":${maximum},"currentlyAvailable":${available},"restoreRate":${perSecond}}`;
  return `{"requestedQueryCost":${estimatedCost},"actualQueryCost":${actualCost},"throttleStatus":${throttle}}`;
}
