import type { Finding } from '../../../gateway/checks/finding.ts';

/**
 * Findings as a JUnit report, which every CI server shows: each is a test case, and one that must not merge is a failed
 * one. Without any there is one case that passed, because a suite without cases is taken for one that did not run.
 */
export function junitReport(findings: readonly Finding[]): string {
  const failures = findings.filter(({ level }) => level === 'ERROR').length;
  const cases = findings.length === 0 ? [PASSED] : findings.map(testCase);
  const counts = `tests="${cases.length}" failures="${failures}" errors="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="featuregraph check" ${counts}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
  ].join('\n');
}

const PASSED = '    <testcase classname="schema" name="has no problem"/>';

function testCase({ level, rule, file, line, coordinate, message, mend, operations }: Finding): string {
  const name = [rule, coordinate].filter((part) => part !== '').join(' ');
  const text = [
    line > 0 ? `${file}:${line}` : file,
    message,
    `→ ${mend}`,
    ...(operations.length === 0 ? [] : [`touches ${operations.join(', ')}`]),
  ].join('\n');
  const body =
    level === 'ERROR'
      ? `<failure type="${escapeXml(rule)}" message="${escapeXml(message)}">${escapeXml(text)}</failure>`
      : `<system-out>${escapeXml(`${level.toLowerCase()}: ${text}`)}</system-out>`;
  return `    <testcase classname="${escapeXml(file)}" name="${escapeXml(name)}">${body}</testcase>`;
}

/** Characters that XML 1.0 cannot have at all are left out. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"]/g, (character) => ENTITIES[character] as string);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
