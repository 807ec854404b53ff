/** Findings as people read them in a terminal. */
import type { Finding, FindingLevel } from '../../../gateway/checks/finding.ts';
import { counted, paint } from '../output.ts';

const PAINTS = {
  ERROR: paint.bad,
  WARNING: paint.doubtful,
  HINT: paint.faint,
  NOTE: paint.faint,
} as const satisfies Record<FindingLevel, (text: string) => string>;

/**
 * One finding as people read it; the first line begins with what editors and terminals make a link of.
 *
 *     schema/fleet.graphql:12:3  warning  Aircraft.seats  (FEATURE_MOVED)
 *       The feature was stored in …
 *       → Push the rows …
 *       touches AircraftFeatures, DepartureFeatures
 */
export function formatFinding(finding: Finding): string {
  const { level, rule, coordinate, message, mend } = finding;
  const title = [placeOf(finding), PAINTS[level](level.toLowerCase()), coordinate, `(${rule})`];
  return [
    title.filter((part) => part !== '').join('  '),
    ...message.split('\n').map((line) => `  ${line}`.trimEnd()),
    `  → ${mend}`,
    ...touchedBy(finding),
  ].join('\n');
}

/** Which stored operations it concerns, as a line of its own; none where it concerns none. */
function touchedBy({ rule, operations }: Finding): string[] {
  return operations.length === 0 || rule === 'OPERATION_BREAKS' ? [] : [`  touches ${operations.join(', ')}`];
}

function placeOf({ file, line, column }: Finding): string {
  return line > 0 ? `${file}:${line}:${column}` : file;
}

/** `1 error, 2 warnings`; empty where there is nothing. */
export function countFindings(findings: readonly Finding[]): string {
  const levels = ['ERROR', 'WARNING', 'HINT', 'NOTE'] as const;
  return levels
    .map((level) => [level, findings.filter((finding) => finding.level === level).length] as const)
    .filter(([, count]) => count > 0)
    .map(([level, count]) => counted(count, level.toLowerCase()))
    .join(', ');
}
