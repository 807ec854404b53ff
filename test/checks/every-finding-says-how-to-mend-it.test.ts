import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkSchema } from '../../gateway/checks/check-schema.ts';
import type { Finding } from '../../gateway/checks/finding.ts';
import { formatFinding } from '../../src/cli/findings/format-finding.ts';
import { caseNames, operationsOf, publishedOf, shopOf } from './read-case.ts';

/**
 * Broken files, each by another rule: `before.graphql` is told as `expected.txt` has it, and `after.graphql`, mended as
 * told, passes. A folder is named after its rule.
 */
const CASES = caseNames('broken');

async function findingsOf(folder: string, file: string): Promise<readonly Finding[]> {
  const { findings } = await checkSchema({
    candidate: shopOf(folder, file),
    published: publishedOf(folder),
    operations: operationsOf(path.join(folder, 'operations')),
  });
  return findings;
}

describe.each(CASES)('%s', (name) => {
  const folder = path.join(import.meta.dirname, 'broken', name);

  test('is told with file, line, coordinate and mend', async () => {
    const findings = await findingsOf(folder, 'before.graphql');
    await expect(`${findings.map(formatFinding).join('\n\n')}\n`).toMatchFileSnapshot(
      path.join(folder, 'expected.txt'),
    );
    const finding = findings.find(({ rule }) => rule.toLowerCase().replaceAll('_', '-') === name);
    expect(finding).toBeDefined();
    expect(finding?.message).not.toBe('');
    expect(finding?.mend).not.toBe('');
    if (name === 'operation-breaks') return; // the operation stands in no schema
    expect(finding).toMatchObject({ file: 'schema/shop.graphql' });
    expect(finding?.line).toBeGreaterThan(0);
    if (name !== 'syntax') expect(finding?.coordinate).not.toBe('');
  });

  test('mended, it passes', async () => {
    expect(await findingsOf(folder, 'after.graphql')).toEqual([]);
  });
});

test('there are forty and more, of as many rules', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(40);
});
