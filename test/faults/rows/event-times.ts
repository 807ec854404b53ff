/** K4: event times a day ahead, of 1970, that are no numbers, and in a wrong unit. */
import { startRedis } from '../../services/redis.ts';
import type { FaultRow } from '../fault-row.ts';
import { type Front, openFront, type Pushed, patientOverLmdb } from '../front.ts';
import { textOf } from '../model.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export const row: FaultRow = {
  id: 'K4',
  fault: 'event time a day ahead, 1970, NaN, ms for s',
  must: 'Ahead of the clock is refused, the past is stored only where it is newer, a wrong unit is named.',
  protections: ['timeAhead'],
  async run({ checks, say, after }) {
    const redis = await startRedis();
    after(() => redis.stop());
    const front = await openFront(patientOverLmdb(redis));
    after(() => front.close());
    say(`Redis is process ${redis.pid}`);
    await front.write('item_facts', ['a']);
    const cases: readonly (readonly [name: string, time: object, told: RegExp])[] = [
      ['a day ahead', { eventTimeMs: Date.now() + DAY_MS }, /EVENT_TIME_REFUSED.*ahead/],
      ['1970', { eventTimeMs: 0 }, /EVENT_TIME_REFUSED/],
      ['NaN', { eventTimeMs: 'NaN' }, /ROW_INVALID.*eventTimeMs/],
      [
        'seconds for ms',
        { eventTimeMs: Math.floor(Date.now() / 1000) },
        /EVENT_TIME_REFUSED.*looks like seconds/,
      ],
      ['microseconds for ms', { eventTimeMs: Date.now() * 1000 }, /EVENT_TIME_REFUSED.*microseconds/],
    ];
    for (const [name, time, told] of cases) {
      const answer = await pushOne(front, 'a', time);
      const text = JSON.stringify(answer.body);
      checks.that(`${name} is refused by name`, answer.accepted === 0 && told.test(text), problemOf(answer));
      checks.that(
        `${name} changes nothing`,
        (await nameOf(front, 'a')) === textOf('a', 1),
        `${await nameOf(front, 'a')}`,
      );
    }
    const past = await pushOne(front, 'a', { eventTime: '2001-01-01T00:00:00Z' });
    checks.that('an old time is taken', past.accepted === 1, past.accepted);
    checks.that(
      'and stored only if newer',
      (await nameOf(front, 'a')) === textOf('a', 1),
      `${await nameOf(front, 'a')}`,
    );
    await pushOne(front, 'b', { eventTime: '2001-01-01T00:00:00Z' });
    checks.that(
      'where there is none it is',
      (await nameOf(front, 'b')) === textOf('b', 99),
      `${await nameOf(front, 'b')}`,
    );
  },
};

function problemOf({ body }: Pushed): string {
  const problem = body.results?.[0]?.problems?.[0] ?? body;
  return `${problem.code}: ${problem.mend ?? problem.hint ?? problem.received ?? problem.message}`;
}

const pushOne = (front: Front, id: string, time: object): Promise<Pushed> =>
  front.push('item_facts', [{ id, name: textOf(id, 99), ...time }]);

async function nameOf(front: Front, id: string): Promise<string | null> {
  const query = `{ itemList(ids: ["${id}"]) { name } }`;
  return (await front.post('/graphql', JSON.stringify({ query }))).body.data.itemList[0].name;
}
