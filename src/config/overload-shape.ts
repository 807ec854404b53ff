import { z } from 'zod';

/** What the configuration says about a process that has more to do than it can. */
const share = z.number().min(0.001).max(1);

export const overloadShape = z
  .strictObject({
    burstWait: share
      .default(0.5)
      .describe(
        'longest that a request waits for its turn, as a part (up to 1) of its deadline; else it is refused',
      ),
    standingWait: share
      .default(0.1)
      .describe('the same, of a tenant that has asked for more than its share for a tenth of a second'),
    waitingRequests: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(10_000)
      .describe('that wait at once, of all tenants'),
    waitingBytes: z
      .int()
      .min(1024)
      .max(2 ** 32)
      .default(64 * 1024 * 1024)
      .describe('of their bodies'),
    runningRequests: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(2_000)
      .describe('that are executed at once; more wait, also where the process has time'),
  })
  .prefault({})
  .describe('in each process, when it has more to do than it can');
