/** A process that executes the works in turn and tells what each used, and how much CPU time that took. */
import { setTimeout } from 'node:timers/promises';
import { EXAMPLE_MOMENT_MS } from '../../examples/flights/features.ts';
import { openFlightsExample } from '../../examples/flights/load.ts';
import type { ConfigInput } from '../../src/config.ts';
import type { RequestContext } from '../../src/core/request-context.ts';
import { createRequestUsage, type RequestUsage } from '../../src/core/request-usage.ts';
import type { PreparedOperation } from '../../src/engine/engine.ts';
import { type Flights, openFlights, prepareText } from '../../test/tenancy/cost/flights.ts';
import { seededRandom } from '../form/seeded-random.ts';
import type { StoreServer } from './calibration-stores.ts';
import { CALIBRATION_WORKS, type CalibrationWork } from './calibration-works.ts';
import { cpuUsOf } from './process-cpu.ts';

export interface CalibrateArgument {
  readonly rounds: number;
  readonly roundMs: number;
  readonly flags: Partial<ConfigInput>;
  readonly servers: readonly StoreServer[];
}

/** Of one execution, at the mean. */
export interface Sample extends RequestUsage {
  readonly work: string;
  readonly how: 'USE' | 'BYPASS' | 'QUORUM';
  kib: number;
  /** By round: of this process, which is both sides of HTTP and the embedded store, and of the stores' servers. */
  readonly cpuUs: number[];
  /** The servers' part of it. */
  readonly storeCpuUs: number[];
  /** From the question to the whole answer. */
  readonly tookUs: number[];
}

type Execution = { readonly used: RequestUsage; readonly kib: number } & Readonly<
  Record<'cpuUs' | 'storeCpuUs' | 'tookUs', number>
>;

const SEED = 20_261_129;
/** Keys of one question that fills the tiers. */
const BATCH = 500;
/** What is found goes to the hot store beside its answer; so long after the last it is there. */
const PROMOTION_MS = 2000;
const SCOPES = ['weather', 'fleet'];

async function calibrate({ rounds, roundMs, flags, servers }: CalibrateArgument): Promise<Sample[]> {
  const keys = await keysOfFlights();
  const flights = await openFlights(flags);
  const samples = CALIBRATION_WORKS.map(
    ({ name, options }): Sample => ({
      ...{ work: name, how: howOf(options), ...createRequestUsage(), kib: 0 },
      ...{ cpuUs: [], storeCpuUs: [], tookUs: [] },
    }),
  );
  if (servers.length > 0) await readEverything(flights, keys);
  const random = seededRandom(SEED);
  // In turn, so that whatever else the machine does meets all of them. The first round warms up.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [i, work] of CALIBRATION_WORKS.entries()) {
      const draw = (): string[] =>
        Array.from({ length: work.keys }, () => keys[Math.floor(random() * keys.length)] as string);
      const { used, kib, cpuUs, storeCpuUs, tookUs } = await runFor(roundMs, flights, work, draw, servers);
      if (round > 0) {
        const sample = samples[i] as Sample;
        Object.assign(sample, used, { kib });
        sample.cpuUs.push(cpuUs);
        sample.storeCpuUs.push(storeCpuUs);
        sample.tookUs.push(tookUs);
      }
    }
  }
  await flights.close();
  return samples;
}

function howOf({ cache, consistency }: CalibrationWork['options']): Sample['how'] {
  return consistency === 'QUORUM' ? 'QUORUM' : (cache ?? 'USE');
}

/** Once, so that what is asked for later is where it is kept for that. */
async function readEverything(flights: Flights, keys: readonly string[]): Promise<void> {
  for (const text of new Set(CALIBRATION_WORKS.map((work) => work.text))) {
    const prepared = prepareText(flights.together, text);
    for (let from = 0; from < keys.length; from += BATCH)
      await execute(prepared, flights.contextOf(SCOPES), keys.slice(from, from + BATCH));
  }
  await setTimeout(PROMOTION_MS);
}

async function runFor(
  roundMs: number,
  flights: Flights,
  { text, apart, options }: CalibrationWork,
  keys: () => string[],
  servers: readonly StoreServer[],
): Promise<Execution> {
  const prepared = prepareText(apart ? flights.apart : flights.together, text);
  const total = createRequestUsage();
  let [bytes, count] = [0, 0];
  const storeCpuUs = (): number => servers.reduce((sum, { pid }) => sum + cpuUsOf(pid), 0);
  const storeBefore = storeCpuUs();
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  while (performance.now() - startedMs < roundMs) {
    const context = flights.contextOf(SCOPES, options);
    bytes += await execute(prepared, context, keys());
    const { usage } = context;
    for (const name of Object.keys(total) as (keyof RequestUsage)[]) total[name] += usage[name];
    count += 1;
  }
  const tookUs = (performance.now() - startedMs) * 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const stores = storeCpuUs() - storeBefore;
  const used = createRequestUsage();
  for (const name of Object.keys(total) as (keyof RequestUsage)[]) used[name] = total[name] / count;
  return {
    ...{ used, kib: bytes / 1024 / count, cpuUs: (user + system + stores) / count },
    ...{ storeCpuUs: stores / count, tookUs: tookUs / count },
  };
}

/** @returns bytes of the answer. @throws {Error} where it has errors: a store that answers nothing would look cheap. */
async function execute(
  prepared: PreparedOperation,
  context: RequestContext,
  keys: readonly string[],
): Promise<number> {
  const answer = await prepared.executeToBytes({ t: keys }, context);
  if (!('bytes' in answer)) {
    if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors[0]));
    return Buffer.byteLength(JSON.stringify(answer));
  }
  const { length } = answer.bytes;
  answer.release?.();
  return length;
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
