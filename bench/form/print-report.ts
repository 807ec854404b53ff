/** Prints a report: a table that fits the terminal, or JSON. */
import { formatTable, print, printJson } from '../../src/cli/output.ts';
import { type Bound, isBroken, type Ratio, type Report } from './report.ts';

const GIB = 1024 ** 3;
const SIGNIFICANT_DIGITS = 3;

export function printReport(report: Report, asJson: boolean): void {
  if (asJson) printJson(report);
  else print(describeReport(report));
}

export function describeReport({ machine, node, results, ratios, notes = [], bounds }: Report): string {
  const { cpu, cores, memoryBytes, system, pinning } = machine;
  const lines = [
    `${cpu}, ${cores} cores, ${(memoryBytes / GIB).toFixed(0)} GiB, ${system}, Node ${node}; pinning: ${pinning}`,
  ];
  if (results.length > 0) {
    const head = ['work', 'contestant', 'req/s', 'p50 ms', 'p99 ms', 'CPU µs/request'];
    lines.push(
      formatTable(
        head,
        results.map(({ work, contestant, requestsPerSecond, p50Ms, p99Ms, cpuUsPerRequest }) => [
          work,
          contestant,
          ...[requestsPerSecond, p50Ms, p99Ms].map(figure),
          `${figure(cpuUsPerRequest.median)} (${figure(cpuUsPerRequest.min)}–${figure(cpuUsPerRequest.max)})`,
        ]),
      ),
    );
  }
  lines.push(...ratios.map(describeRatio), ...notes);
  lines.push(...bounds.map(describeBound));
  return lines.join('\n');
}

function describeRatio({ of, to, work, cpu, ofRounds }: Ratio): string {
  const spread = ofRounds === undefined ? '' : `; by rounds ${figure(ofRounds.min)}–${figure(ofRounds.max)}`;
  return `${work}: ${of} ÷ ${to} = ${figure(cpu)} (CPU${spread})`;
}

function describeBound(bound: Bound): string {
  const { what, seen, max, unit } = bound;
  return `${what}: ${figure(seen)} ${unit}, at most ${figure(max)}${isBroken(bound) ? '  OUT OF BOUNDS' : ''}`;
}

/** Three digits that count, and no more than that of a large number is cut off. */
function figure(value: number): string {
  if (value >= 10 ** (SIGNIFICANT_DIGITS - 1)) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(SIGNIFICANT_DIGITS);
}
