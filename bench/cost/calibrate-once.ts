/** A process that executes the works in turn and tells what each used, and how much CPU time that took. */
import { EXAMPLE_MOMENT_MS } from '../../examples/flights/features.ts';
import { openFlightsExample } from '../../examples/flights/load.ts';
import { createRequestUsage, type RequestUsage } from '../../src/core/request-usage.ts';
import { type Flights, openFlights, prepareText } from '../../test/tenancy/cost/flights.ts';
import { seededRandom } from '../form/seeded-random.ts';
import { CALIBRATION_WORKS, type CalibrationWork } from './calibration-works.ts';

export interface CalibrateArgument {
  readonly rounds: number;
  readonly roundMs: number;
}

/** Of one execution, at the mean. */
export interface Sample extends RequestUsage {
  readonly work: string;
  kib: number;
  /** By round: of all threads, both sides of HTTP and the embedded store, because all are this process. */
  readonly cpuUs: number[];
}

const SEED = 20_261_129;
const SCOPES = ['weather', 'fleet'];

async function calibrate({ rounds, roundMs }: CalibrateArgument): Promise<Sample[]> {
  const keys = await keysOfFlights();
  const flights = await openFlights();
  const samples = CALIBRATION_WORKS.map(
    ({ name }): Sample => ({ work: name, ...createRequestUsage(), kib: 0, cpuUs: [] }),
  );
  const random = seededRandom(SEED);
  // In turn, so that whatever else the machine does meets all of them. The first round warms up.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [i, work] of CALIBRATION_WORKS.entries()) {
      const { used, kib, cpuUs } = await runFor(roundMs, flights, work, () =>
        Array.from({ length: work.keys }, () => keys[Math.floor(random() * keys.length)] as string),
      );
      if (round > 0) {
        const sample = samples[i] as Sample;
        Object.assign(sample, used, { kib });
        sample.cpuUs.push(cpuUs);
      }
    }
  }
  await flights.close();
  return samples;
}

async function runFor(
  roundMs: number,
  flights: Flights,
  { text, apart }: CalibrationWork,
  keys: () => string[],
): Promise<{ used: RequestUsage; kib: number; cpuUs: number }> {
  const prepared = prepareText(apart ? flights.apart : flights.together, text);
  const total = createRequestUsage();
  let [bytes, count] = [0, 0];
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  while (performance.now() - startedMs < roundMs) {
    const context = flights.contextOf(SCOPES);
    const answer = await prepared.executeToBytes({ t: keys() }, context);
    if ('bytes' in answer) {
      bytes += answer.bytes.length;
      answer.release?.();
    } else bytes += Buffer.byteLength(JSON.stringify(answer));
    for (const name of Object.keys(total) as (keyof RequestUsage)[]) total[name] += context.usage[name];
    count += 1;
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  const used = createRequestUsage();
  for (const name of Object.keys(total) as (keyof RequestUsage)[]) used[name] = total[name] / count;
  return { used, kib: bytes / 1024 / count, cpuUs: (user + system) / count };
}

async function keysOfFlights(): Promise<string[]> {
  const example = await openFlightsExample();
  const keys: string[] = [];
  for await (const batch of example.rows('aircraft_facts', EXAMPLE_MOMENT_MS))
    for (const { tailnum } of batch) keys.push(String(tailnum));
  example.close();
  return keys;
}

process.once('disconnect', () => process.exit(0));
process.send?.(await calibrate(JSON.parse(process.argv[2] ?? 'null') as CalibrateArgument));
