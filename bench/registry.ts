/**
 * How long, and with how much memory, a schema of 50,000 features is compiled. Prints both and their bounds;
 * ends with exit code 1 where one is broken. `node bench/registry.ts`
 */
import { compileRegistry } from '../src/registry/compile-registry.ts';
import { formatProblem } from '../src/registry/format-problem.ts';
import { generateDomains, LARGE_SCHEMA } from './generate-domains.ts';

const TIME_MAX_MS = 10_000;
const MEMORY_MAX_BYTES = 1024 ** 3;
const MIB = 1024 ** 2;

const sources = generateDomains(LARGE_SCHEMA);
const sdlBytes = sources.reduce((sum, source) => sum + source.sdl.length, 0);
const memoryBeforeBytes = process.memoryUsage.rss();

const cpuBefore = process.cpuUsage();
const startedMs = performance.now();
const { registry, problems } = compileRegistry(sources);
const tookMs = performance.now() - startedMs;
const cpu = process.cpuUsage(cpuBefore);
const cpuSeconds = (cpu.user + cpu.system) / 1_000_000;

if (registry === null) {
  for (const problem of problems.slice(0, 10)) console.error(formatProblem(problem));
  throw new Error(`The generated schema has ${problems.length} problems.`);
}
const features = registry.domains
  .flatMap((domain) => [...domain.entities.values()])
  .reduce((sum, entity) => sum + entity.features.size, 0);
const views = [...registry.views.keys()].filter((name) => name.includes('@')).length;
const peakBytes = process.resourceUsage().maxRSS * 1024;
const fits = tookMs <= TIME_MAX_MS && peakBytes <= MEMORY_MAX_BYTES;

console.log(
  [
    `registry: ${features} features, ${views} views, ${registry.domains.length} domains (${(sdlBytes / MIB).toFixed(1)} MiB of SDL)`,
    `  time         ${(tookMs / 1000).toFixed(2)} s      (at most ${TIME_MAX_MS / 1000} s; ${cpuSeconds.toFixed(2)} s of CPU, which other work on the machine does not stretch)`,
    `  peak memory  ${Math.round(peakBytes / MIB)} MiB    (at most ${MEMORY_MAX_BYTES / MIB} MiB; ${Math.round(memoryBeforeBytes / MIB)} MiB before)`,
    fits ? '  within bounds' : '  OUT OF BOUNDS',
  ].join('\n'),
);
process.exitCode = fits ? 0 : 1;
