import type { SchemaProblem } from './schema-problem.ts';

/**
 * One problem as people read it; the first line begins with what editors and terminals make a link of.
 *
 *     schema/fleet.graphql:12:3  Aircraft.seats  (feature-descriptions)
 *       The feature has no description.
 *       → Say above it, in quotes, what it means and in which unit.
 */
export function formatProblem(problem: SchemaProblem): string {
  const place = problem.line > 0 ? `:${problem.line}:${problem.column}` : '';
  const subject = problem.coordinate === '' ? '' : `  ${problem.coordinate}`;
  return `${problem.file}${place}${subject}  (${problem.rule})\n  ${problem.message}\n  → ${problem.mend}`;
}
