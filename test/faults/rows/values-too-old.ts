/** P2: values around the end of their validity, in hot and in warm, and by a request's own bound. */
import { connectOnce, startRedis } from '../../services/redis.ts';
import { type FaultRow, wait } from '../fault-row.ts';
import { openFront, patientOverLmdb } from '../front.ts';
import { textOf } from '../model.ts';

const TTL_MS = 60 * 60 * 1000;
/** Ages in ms; none so near to the bound that the time of the run decides. */
const AGES_MS = [
  0,
  1000,
  TTL_MS / 2,
  TTL_MS - 30_000,
  TTL_MS + 1,
  TTL_MS + 1000,
  2 * TTL_MS,
  1000 * TTL_MS,
] as const;
const OWN_BOUND_MS = TTL_MS / 4;

export const row: FaultRow = {
  id: 'P2',
  fault: 'age beyond TTL, and beyond a request’s own bound',
  must: 'OUTSIDE_MAX_AGE and null, never PRESENT.',
  protections: ['age'],
  async run({ checks, say, after }) {
    const redis = await startRedis();
    after(() => redis.stop());
    const front = await openFront(patientOverLmdb(redis));
    after(() => front.close());
    say(`Redis is process ${redis.pid}`);
    const nowMs = Date.now();
    const ids = AGES_MS.map((ageMs) => `a${ageMs}`);
    const pushed = await front.push(
      'item_offer',
      ids.map((id, i) => ({ id, offer: textOf(id, 1), eventTimeMs: nowMs - (AGES_MS[i] as number) })),
    );
    checks.that('rows taken', pushed.accepted === ids.length, pushed.accepted);
    const letters = async (maxAgeMs: object): Promise<string> => {
      const query = 'query Q($ids: [ID!]!) { itemList(ids: $ids) { offer } }';
      const body = {
        query,
        variables: { ids },
        extensions: { featuregraph: { status: 'VALUES', maxAgeMs } },
      };
      const answer = await front.post('/graphql', JSON.stringify(body));
      const found = answer.body.extensions.featuregraph.statuses['itemList.offer'] as string;
      const values = answer.body.data.itemList as { offer: string | null }[];
      const isTold = [...found].every((letter, i) => (letter === 'P') === (values[i]?.offer !== null));
      checks.that('a value where it is PRESENT, null where not', isTold, found);
      return found;
    };
    const byTtl = AGES_MS.map((ageMs) => (ageMs > TTL_MS ? 'A' : 'P')).join('');
    const byOwn = AGES_MS.map((ageMs) => (ageMs > OWN_BOUND_MS ? 'A' : 'P')).join('');
    const admin = connectOnce(redis.port);
    await admin.connect();
    for (const tier of ['hot', 'warm'] as const) {
      if (tier === 'warm') await admin.flushall();
      const seen = await letters({});
      checks.that(`OUTSIDE_MAX_AGE beyond the TTL, from ${tier}`, seen === byTtl, seen);
      await wait(30);
      const own = await letters({ item_offer: OWN_BOUND_MS });
      checks.that(`OUTSIDE_MAX_AGE beyond the request’s bound, from ${tier}`, own === byOwn, own);
    }
    admin.disconnect();
  },
};
