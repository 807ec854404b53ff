/** `npm run bench -- <name> [--quick] [--json]`: every benchmark in one form, of figures and of options. */
import { Command } from 'commander';
import { note } from '../src/cli/output.ts';
import { createProgressBar } from '../src/cli/progress-bar.ts';
import { allocateBenchmark } from './allocate/allocate-benchmark.ts';
import { apartBenchmark } from './apart/apart-benchmark.ts';
import { connectionsBenchmark } from './connections/connections-benchmark.ts';
import { calibrateBenchmark } from './cost/calibrate-benchmark.ts';
import { costBenchmark } from './cost/cost-benchmark.ts';
import { feastBenchmark } from './feast/feast-benchmark.ts';
import type { Benchmark } from './form/benchmark.ts';
import { printReport } from './form/print-report.ts';
import { isBroken } from './form/report.ts';
import { endOnInterrupt } from './form/temporary-folder.ts';
import { gatewayBenchmark } from './gateway/gateway-benchmark.ts';
import { profileBenchmark } from './profile/profile-benchmark.ts';
import { registryBenchmark } from './registry/registry-benchmark.ts';
import { scaleBenchmark } from './scale/scale-benchmark.ts';
import { serveBenchmark } from './serve/serve-benchmark.ts';
import { soakBenchmark } from './soak/soak-benchmark.ts';
import { storesBenchmark } from './stores/stores-benchmark.ts';
import { tenancyBenchmark } from './tenancy/tenancy-benchmark.ts';

const BENCHMARKS: readonly Benchmark[] = [
  serveBenchmark,
  feastBenchmark,
  profileBenchmark,
  scaleBenchmark,
  allocateBenchmark,
  soakBenchmark,
  gatewayBenchmark,
  apartBenchmark,
  connectionsBenchmark,
  storesBenchmark,
  registryBenchmark,
  costBenchmark,
  calibrateBenchmark,
  tenancyBenchmark,
];

const program = new Command('npm run bench --')
  .description(
    'Measures contestants against each other on this machine. What is compared is CPU time per request: it moves least when the machine has other work. Ends with exit code 1 where a bound is broken.',
  )
  .showHelpAfterError();

for (const benchmark of BENCHMARKS) {
  const command = program.command(benchmark.name).summary(benchmark.summary).description(benchmark.summary);
  benchmark.addOptions(command);
  command
    .option('--quick', 'a short run, to see that it works: its figures mean little')
    .option('--json', 'print JSON')
    .action(() => run(benchmark, command));
}

async function run(benchmark: Benchmark, command: Command): Promise<void> {
  const { quick = false, json = false, ...own } = command.opts();
  const progress = createProgressBar();
  const options = { quick, progress, own, args: command.processedArgs.flat() };
  const report = await benchmark.run(options).finally(() => progress.stop());
  printReport(report, json);
  if (report.bounds.some(isBroken)) process.exitCode = 1;
}

endOnInterrupt();
try {
  await program.parseAsync();
} catch (error) {
  note(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
