/**
 * `npm run test:fairness`: real processes under loads at a rate, with what was offered, served and refused. Shares and
 * goodput are by the time of the processor that the server had, which other programs take nothing of; times by the
 * clock mean something on a machine that does nothing else. Exits with 1 where a bound does not hold.
 */
import { besideGreedyOne } from './beside-a-greedy-one.ts';
import { sharesAtThreeTimes } from './shares-at-three-times.ts';

const SHARE_OFF_MAX = 0.1;
const GOODPUT_MIN = 0.9;
const BESIDE_MAX = 1.2;
/** So many items a question that to refuse it is little beside serving it. */
const DEAR = 500;
const SIZES = [500, 100, 20];

let broken = 0;
function tell(holds: boolean, text: string): void {
  if (!holds) broken += 1;
  console.log(`${holds ? 'ok    ' : 'FAILED'} ${text}`);
}
const fixed = (value: number, digits = 1): string => value.toFixed(digits);

for (const items of SIZES) {
  const { tenants, goodput, core } = await sharesAtThreeTimes(items);
  console.log(`\nThree times what the process can do, 1 : 2 : 5, ${items} items a question, 10 s`);
  for (const one of tenants)
    console.log(
      `       ${one.tenant.padEnd(6)} offered ${fixed(one.offeredPerSecond, 0)}/s, served ${fixed(one.servedPerSecond, 0)}/s (p99 ${fixed(one.servedP99Ms)} ms), refused ${fixed(one.refusedPerSecond, 0)}/s (p50 ${fixed(one.refusedP50Ms)} ms, p99 ${fixed(one.refusedP99Ms)} ms)`,
    );
  for (const { tenant, ofItsShare } of tenants)
    tell(
      Math.abs(ofItsShare - 1) <= SHARE_OFF_MAX,
      `${tenant} has ${fixed(ofItsShare, 3)} of its share, 1 ± 0.1`,
    );
  const told = `goodput ${fixed(goodput * 100)} % of the peak by the time of the processor; the server had ${fixed(core * 100, 0)} % of a core`;
  if (items === DEAR) tell(goodput >= GOODPUT_MIN, `${told}, at least 90 %`);
  else console.log(`       ${told}`);
}

const { refused, failed, alone, beside, a, b } = await besideGreedyOne();
console.log('\nB within its budget, A at ten times its own, rounds in turn');
console.log(
  `       A offered ${a.offered}, served ${a.served}, limited ${a.limited}; B offered ${b.offered}`,
);
tell(refused === 0, `B refused ${refused}, none (and ${failed} that ended by their deadline)`);
tell(
  beside.p99 <= alone.p99 * BESIDE_MAX,
  `B's p99 ${fixed(beside.p99)} ms beside A, ${fixed(alone.p99)} ms alone: ${fixed(beside.p99 / alone.p99, 2)}, at most 1.2 (p50 ${fixed(beside.p50, 2)} and ${fixed(alone.p50, 2)} ms)`,
);
process.exitCode = broken === 0 ? 0 : 1;
