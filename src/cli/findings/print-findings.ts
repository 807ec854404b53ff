import { InvalidArgumentError } from 'commander';
import type { Finding } from '../../../gateway/checks/finding.ts';
import { print, printJson } from '../output.ts';
import { formatFinding } from './format-finding.ts';
import { githubAnnotation } from './github-annotation.ts';
import { junitReport } from './junit-report.ts';

/** Prints what a check found, for people or for the tool that asked. */
export const FORMATS = ['text', 'json', 'github', 'junit'] as const;
export type Format = (typeof FORMATS)[number];

export function parseFormat(text: string): Format {
  const format = FORMATS.find((name) => name === text);
  if (format === undefined)
    throw new InvalidArgumentError(`Expected one of ${FORMATS.join(', ')}, got "${text}".`);
  return format;
}

export interface FormatOptions {
  readonly format?: Format;
  readonly json?: boolean;
}

export function formatOf({ format, json }: FormatOptions): Format {
  return format ?? (json === true ? 'json' : 'text');
}

export function printFindings(ok: boolean, findings: readonly Finding[], format: Format): void {
  if (format === 'json') printJson({ ok, findings });
  else if (format === 'junit') print(junitReport(findings));
  else if (format === 'github') for (const finding of findings) print(githubAnnotation(finding));
  else for (const finding of findings) print(`${formatFinding(finding)}\n`);
}
