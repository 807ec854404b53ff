import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { diffSchemas } from '../../gateway/checks/check-schema.ts';
import { formatFinding } from '../../src/cli/findings/format-finding.ts';
import { caseNames, operationsOf, publishedOf, shopOf } from './read-case.ts';
import { CODE_OF_CHANGES } from './shop-code.ts';

/** A change from `published.graphql` to `after.graphql`, told as `expected.txt` has it, with the operations it touches. */
const CASES = caseNames('changes');
const here = (name: string): string => path.join(import.meta.dirname, name);

describe.each(CASES)('%s', (name) => {
  const folder = here(path.join('changes', name));

  test('is told with what it does, and to which operations', async () => {
    const findings = await diffSchemas({
      before: publishedOf(folder),
      candidate: shopOf(folder, 'after.graphql', CODE_OF_CHANGES),
      keepOthers: true,
      operations: operationsOf(here('changes-operations')),
    });
    await expect(`${findings.map(formatFinding).join('\n\n')}\n`).toMatchFileSnapshot(
      path.join(folder, 'expected.txt'),
    );
    if (name === 'nothing-changed') expect(findings).toEqual([]);
    else expect(findings.length).toBeGreaterThan(0);
  });
});

test('there are twenty and more', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(20);
});
