import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { checkSchema } from '../../gateway/checks/check-schema.ts';
import type { Finding } from '../../gateway/checks/finding.ts';
import { githubAnnotation } from '../../src/cli/findings/github-annotation.ts';
import { junitReport } from '../../src/cli/findings/junit-report.ts';
import { caseNames, operationsOf, publishedOf, shopOf } from './read-case.ts';
import { readWorkflowCommand } from './read-workflow-command.ts';

/** Annotations as GitHub's runner reads them, and JUnit reports as CI servers do: nothing that is told is lost in them. */
const XSD = readFileSync(path.join(import.meta.dirname, 'junit.xsd'), 'utf8');

const text = fc.string({ unit: 'binary', maxLength: 40 });
const finding: fc.Arbitrary<Finding> = fc.record({
  level: fc.constantFrom('ERROR', 'WARNING', 'HINT', 'NOTE'),
  rule: fc.constantFrom('syntax', 'SATISFIABILITY_ERROR'),
  domain: fc.constant('shop'),
  file: fc.constantFrom('schema/shop.graphql', 'a, b:c=d/%0A::x.graphql'),
  line: fc.nat(9),
  column: fc.nat(9),
  coordinate: fc.constantFrom('', 'Product.title', 'Query.shelf(hall:)', '@viewRead'),
  message: fc.oneof(
    text,
    fc.constantFrom('one\ntwo\r\n::error::three', '100 % "of" <it> & ]]>', '\u0000\u001b[31m'),
  ),
  mend: text,
  operations: fc.array(fc.constantFrom('OfferFeatures', 'a,b'), { maxLength: 2 }),
});

async function realFindings(): Promise<Finding[]> {
  const reports = caseNames('broken').map(async (name) => {
    const folder = path.join(import.meta.dirname, 'broken', name);
    const candidate = shopOf(folder, 'before.graphql');
    const operations = operationsOf(path.join(folder, 'operations'));
    return (await checkSchema({ candidate, published: publishedOf(folder), operations })).findings;
  });
  return (await Promise.all(reports)).flat();
}

describe('annotations', () => {
  const assertRead = (one: Finding): void => {
    const line = githubAnnotation(one);
    expect(line).not.toMatch(/[\r\n]/);
    const command = readWorkflowCommand(line);
    expect(command?.name).toBe(
      { ERROR: 'error', WARNING: 'warning', HINT: 'notice', NOTE: 'notice' }[one.level],
    );
    expect(command?.properties).toMatchObject({
      file: one.file,
      title: one.coordinate === '' ? one.rule : `${one.rule} ${one.coordinate}`,
      ...(one.line > 0 ? { line: String(one.line), col: String(one.column) } : {}),
    });
    expect(command?.data).toContain(`${one.message}\n→ ${one.mend}`);
    if (one.operations.length > 0)
      expect(command?.data.endsWith(`\ntouches ${one.operations.join(', ')}`)).toBe(true);
  };

  test('of every broken file', async () => {
    const findings = await realFindings();
    expect(findings.length).toBeGreaterThan(40);
    findings.forEach(assertRead);
  });

  test('of whatever texts', () => {
    fc.assert(fc.property(finding, assertRead), { numRuns: 500 });
  });
});

async function assertValid(reports: readonly string[]): Promise<void> {
  const xml = reports.map((contents, i) => ({ fileName: `report-${i}.xml`, contents }));
  expect((await validateXML({ xml, schema: XSD })).errors).toEqual([]);
}

describe('JUnit reports', () => {
  test('of every broken file, and of none', async () => {
    const findings = await realFindings();
    const report = junitReport(findings);
    await assertValid([report, junitReport([])]);
    expect(report.match(/<testcase /g)).toHaveLength(findings.length);
    const failures = findings.filter(({ level }) => level === 'ERROR').length;
    expect(report.match(/<failure /g)).toHaveLength(failures);
    expect(report).toContain(`<testsuites tests="${findings.length}" failures="${failures}" errors="0">`);
  });

  test('of whatever texts', async () => {
    const lists = fc.sample(fc.array(finding, { maxLength: 5 }), 200);
    await assertValid(lists.map(junitReport));
  }, 60_000);

  test('the schema refuses what is no report', async () => {
    const xml = [{ fileName: 'wrong.xml', contents: '<testsuites tests="1"><testcase/></testsuites>' }];
    expect((await validateXML({ xml, schema: XSD })).valid).toBe(false);
  });
});
