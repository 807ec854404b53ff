import { ERROR_CATALOGUE, type ErrorEntry } from '../src/core/errors.ts';
import { table } from './markdown.ts';

/** Every error code that a caller can get, from the catalogue. */
export function errorsPage(): string {
  const rows = Object.entries<ErrorEntry>(ERROR_CATALOGUE).map(([code, entry]) => [
    `\`${code}\``,
    String(entry.httpStatus),
    entry.retryable ? 'yes' : 'no',
    entry.meaning,
    entry.since,
  ]);
  return `# Errors

The code of an error stands in \`extensions.code\`. "200" is the status of an answer that is whole but for the
values named by the error's \`path\`; every other status means that there is no data. "Retry" says whether the same
request may succeed later without being changed. Errors of one cause are told once, with the path of the first
value, \`count\` and \`indexes\`; the status of each single value is told by the read option \`status: VALUES\`.

${table(['code', 'HTTP', 'retry', 'what it means, and what to do', 'since'], rows)}
`;
}
