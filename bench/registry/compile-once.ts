/** A process that compiles one generated schema and tells what it took: memory is only told of a fresh one. */
import { compileRegistry } from '../../src/registry/compile-registry.ts';
import { formatProblem } from '../../src/registry/format-problem.ts';
import { generateDomains, type SchemaSize } from './generate-domains.ts';

export interface Compilation {
  readonly features: number;
  readonly views: number;
  readonly tookMs: number;
  /** Of all threads; other work on the machine does not stretch it as it does the time. */
  readonly cpuUs: number;
  /** The most that the process ever had, Node included. */
  readonly peakBytes: number;
}

const PROBLEMS_SHOWN = 10;
const KIB = 1024;

function compileOnce(size: SchemaSize): Compilation {
  const sources = generateDomains(size);
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  const { registry, problems } = compileRegistry(sources);
  const tookMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  if (registry === null) {
    const shown = problems.slice(0, PROBLEMS_SHOWN).map((problem) => formatProblem(problem));
    throw new Error(`The generated schema has ${problems.length} problems.\n${shown.join('\n')}`);
  }
  const features = registry.domains
    .flatMap((domain) => [...domain.entities.values()])
    .reduce((sum, entity) => sum + entity.features.size, 0);
  const views = [...registry.views.keys()].filter((name) => name.includes('@')).length;
  const peakBytes = process.resourceUsage().maxRSS * KIB;
  return { features, views, tookMs, cpuUs: user + system, peakBytes };
}

process.once('disconnect', () => process.exit(0));
process.send?.(compileOnce(JSON.parse(process.argv[2] ?? 'null') as SchemaSize));
