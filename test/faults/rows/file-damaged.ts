/** D3: the file of the embedded store has a flipped bit, or was cut short. */
import { DamagedStore, TELLS_TO_RESTORE } from '../../stores/damaged-store.ts';
import { type FaultRow, LONG } from '../fault-row.ts';

const FLIPS = LONG ? 20_000 : 600;
const CUTS = LONG ? 100 : 12;
/** Damage in LMDB's own pages can hide a key; it must stay as rare as such pages are. */
const MISSING_MAX = 0.01;

export const row: FaultRow = {
  id: 'D3',
  fault: `file of the embedded store damaged: ${FLIPS} flipped bits, ${CUTS} cuts`,
  must: 'Never a wrong value; it may refuse to open, and says how to restore it.',
  protections: ['checksum'],
  async run({ checks, say, after }) {
    const store = await DamagedStore.make();
    after(async () => store.remove());
    say(`flips bits under readers of ${store.folder}, one after the other`);
    const flipped = store.flipBits(FLIPS);
    const read = flipped.right + flipped.failed + flipped.missing + flipped.wrong;
    checks.none('wrong value by a flipped bit', flipped.wrong);
    checks.atLeast('rows read under flips', FLIPS * 100, read);
    checks.atLeast('rows told as damaged', 1, flipped.failed);
    checks.atMost('rows hidden, in %', 100 * MISSING_MAX, (100 * flipped.missing) / read);
    checks.atMost('readers ended by a signal', FLIPS / 100, flipped.ended);
    const cut = await store.cutShort(CUTS);
    checks.none('wrong or missing value of a file cut short', cut.wrong + cut.missing);
    checks.that(
      'most cuts are refused at opening',
      cut.refusals.length > cut.openings / 2,
      `${cut.refusals.length} of ${cut.openings} openings`,
    );
    checks.none(
      'refusal that does not say how to restore',
      cut.refusals.filter((text) => !TELLS_TO_RESTORE.test(text)),
    );
  },
};
